/** What a Business Central service URL says, with everything behind the environment's root cut off. */
interface BusinessCentralUrl {
  /** A GUID in lower case, or a domain; null where the URL leaves the tenant to the token. */
  tenant: string | null;
  environment: string;
  /** From `Company('…')`, as it is called; null where the URL names none. */
  company: string | null;
  /** How the connection speaks to it: OData web services or the API. */
  protocol: 'odata' | 'api';
  /** With a slash at its end: `…/ODataV4/`, `…/api/v2.0/`, `…/api/{publisher}/{group}/{version}/`. */
  baseUrl: string;
}

export type BusinessCentralUrlResult =
  | ({ ok: true } & BusinessCentralUrl)
  /** `detail` says what was entered instead and what to enter. */
  | { ok: false; detail: string };

/**
 * Reads a Business Central service URL as people paste it: from SmartConnect, the page Web Services, the portal, a
 * browser's address bar. Microsoft Learn: "API endpoint structure", "OData web services"; the order environment, then
 * domain is the form for vendors. What cannot be understood is refused with its cure, never guessed.
 */
export function readBusinessCentralUrl(text: string): BusinessCentralUrlResult {
  const trimmed = text.trim();
  const refused = refusalOfText(trimmed);
  if (refused !== null) return no(refused);
  const url = new URL(trimmed);
  const wrongPlace = refusalOfPlace(url, trimmed);
  if (wrongPlace !== null) return no(wrongPlace);
  const [version = '', ...rest] = segmentsOf(url);
  if (version.toLowerCase() === 'v1.0') return no(OLD_VERSION);
  if (version.toLowerCase() !== 'v2.0') return no(version === '.default' ? SCOPE : NO_VERSION);
  return readPath(url, rest);
}

const EXAMPLE =
  'Enter it like https://api.businesscentral.dynamics.com/v2.0/{tenant id}/{environment}/ODataV4/';
const OLD_VERSION = `This is the old form, v1.0, which names no environment. ${EXAMPLE}`;
const NO_VERSION = `The path does not begin with /v2.0/. ${EXAMPLE}`;
const SCOPE = `This is a scope, which belongs to the permissions, and not the service URL. ${EXAMPLE}`;
const GUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const DOMAIN = /^[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)+$/i;
/** Microsoft Learn, "Environments" of the admin center API: shorter than 30 characters, a letter first. */
const ENVIRONMENT = /^[a-z][\w-]{0,28}$/i;
/** The service itself, its test ring, and apps that embed Business Central under a label of their own. */
const HOST =
  /^(api\.businesscentral\.dynamics(-tie)?\.com|[a-z\d]([a-z\d-]*[a-z\d])?\.api\.bc\.dynamics\.com)$/;
const WEB_CLIENT = /^([a-z\d-]+\.)?(businesscentral\.dynamics\.com|bc\.dynamics\.com)$/;
const KEYWORDS = new Set(['odatav4', 'api', 'ws']);

function no(detail: string): BusinessCentralUrlResult {
  return { ok: false, detail };
}

function refusalOfText(text: string): string | null {
  if (/["`\\{}<>|^]|\*\*|\s\+|\+\s/.test(text)) {
    return `This holds characters that belong to program code or a masked text. ${EXAMPLE}`;
  }
  if (!URL.canParse(text)) return `This is not a URL. ${EXAMPLE}`;
  if (/\/\.{1,2}(\/|$)|%2f|%5c|%2e/i.test(text)) {
    return `The path holds dot segments or an encoded slash. ${EXAMPLE}`;
  }
  return null;
}

function refusalOfPlace(url: URL, text: string): string | null {
  if (url.protocol !== 'https:') return `The service URL begins with https://. ${EXAMPLE}`;
  if (url.username !== '' || url.password !== '') return `It carries a user name. ${EXAMPLE}`;
  const ofHost = refusalOfHost(url.hostname);
  if (ofHost !== null) return ofHost;
  if (url.port !== '') return `It names a port, which Business Central online has not. ${EXAMPLE}`;
  // An empty query or fragment is not in `search` and `hash`.
  return /[?#]/.test(text)
    ? `Leave out everything from the question mark or the number sign on. ${EXAMPLE}`
    : null;
}

function refusalOfHost(host: string): string | null {
  if (HOST.test(host)) return null;
  if (WEB_CLIENT.test(host)) {
    return `This is the address of the web client, for people. ${EXAMPLE}`;
  }
  return `${host} is not Business Central online. A server of your own needs another kind of connection: see the documentation, "on-premises". ${EXAMPLE}`;
}

function segmentsOf(url: URL): string[] {
  const segments = url.pathname.split('/').slice(1);
  if (segments.at(-1) === '') segments.pop();
  return segments.map((segment) => decoded(segment));
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function readPath(url: URL, rest: string[]): BusinessCentralUrlResult {
  if (rest[0]?.toLowerCase() === 'admin') {
    return no(`This is the address of the admin center API, which has no data. ${EXAMPLE}`);
  }
  if (rest.includes('')) return no(`The path holds two slashes in a row. ${EXAMPLE}`);
  const at = rest.findIndex((segment) => KEYWORDS.has(segment.toLowerCase()));
  const place = placeOf(at === -1 ? rest.slice(0, 2) : rest.slice(0, at));
  if (typeof place === 'string') return no(place);
  if (at === -1) return no(`It does not say ODataV4 or api behind the environment. ${EXAMPLE}`);
  return readService(url, place, rest.slice(at));
}

interface Place {
  tenant: string | null;
  environment: string;
}

function placeOf(segments: string[]): Place | string {
  const [first = '', second] = segments;
  if (segments.length === 0) return `It names neither a tenant nor an environment. ${EXAMPLE}`;
  if (segments.length > 2) return `There is too much before ODataV4 or api. ${EXAMPLE}`;
  if (second === undefined) {
    if (!isTenant(first)) return environmentOr({ tenant: null, environment: first });
    return `It names a tenant and no environment: Production, or what yours is called. ${EXAMPLE}`;
  }
  if (isTenant(first)) return environmentOr({ tenant: first.toLowerCase(), environment: second });
  if (isTenant(second)) return environmentOr({ tenant: second.toLowerCase(), environment: first });
  return `“${first}” is neither a tenant id (a GUID) nor a domain. ${EXAMPLE}`;
}

function isTenant(segment: string): boolean {
  return GUID.test(segment) || DOMAIN.test(segment);
}

function environmentOr(place: Place): Place | string {
  if (ENVIRONMENT.test(place.environment)) return place;
  return `“${place.environment}” cannot be the name of an environment: letters, digits, _ and -, fewer than 30 of them. ${EXAMPLE}`;
}

function readService(url: URL, place: Place, service: string[]): BusinessCentralUrlResult {
  const [keyword = '', ...rest] = service;
  const root = [url.origin, 'v2.0', ...(place.tenant === null ? [] : [place.tenant])];
  root.push(place.environment);
  if (keyword.toLowerCase() === 'odatav4') {
    const baseUrl = `${[...root, 'ODataV4'].join('/')}/`;
    return { ok: true, ...place, company: companyIn(rest[0]), protocol: 'odata', baseUrl };
  }
  if (keyword.toLowerCase() === 'ws') {
    return no(`This is the address of a SOAP web service. ${EXAMPLE}`);
  }
  const api = apiPathOf(rest);
  if (api === null) return no(`It does not say which API: api/v2.0, for one. ${EXAMPLE}`);
  const baseUrl = `${[...root, 'api', ...api].join('/')}/`;
  return { ok: true, ...place, company: null, protocol: 'api', baseUrl };
}

/** `v2.0`, or `{publisher}/{group}/{version}`. */
function apiPathOf([first = '', group, version]: string[]): string[] | null {
  if (isVersion(first)) return [first];
  return group !== undefined && version !== undefined && isVersion(version)
    ? [first, group, version].map(encodeURIComponent)
    : null;
}

function isVersion(segment: string): boolean {
  return /^(v\d+\.\d+|beta)$/i.test(segment);
}

/** OData doubles a quote within a name. */
function companyIn(segment = ''): string | null {
  const [, name] = /^Company\('(.+)'\)$/i.exec(segment) ?? [];
  return name?.replaceAll("''", "'") ?? null;
}
