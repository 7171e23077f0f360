import type { LikelyConsumer } from './credential.ts';
import type { DirectoryObject } from './directory-object.ts';
import { API_RULES, CONSUMER_RULES, type ConsumerRule } from './likely-consumer-rules.ts';

/**
 * Who probably uses an application's secrets, from what its registration shows: "SmartConnect → Business Central",
 * because of its redirect URI and the API that it asks permissions for. A guess to be confirmed, strongest first; empty
 * when nothing is known. The evidence quotes the directory, so it is hostile text: encode per sink.
 */
export function likelyConsumersOf(object: DirectoryObject): LikelyConsumer[] {
  const callers = callersOf(object);
  const apis = apisOf(object.requiredResourceAppIds);
  const telling = apis.filter((api) => !api.isCommon);
  if (callers.length === 0) {
    return telling.map(({ api }) => ({
      system: `An integration with ${api}`,
      because: `it asks for permissions of ${api}`,
    }));
  }
  return callers.flatMap((caller) => withApis(caller, telling.length > 0 ? telling : apis));
}

/** The evidence is cut: a redirect URI may be 256 characters of somebody's choosing. */
const MAX_EVIDENCE = 80;
/** Graph allows 256 characters; a file may hold anything, and patterns are only run over so much of it. */
const MAX_READ = 512;

type Api = (typeof API_RULES)[number];

function withApis(caller: LikelyConsumer, apis: Api[]): LikelyConsumer[] {
  // Business Central calling Business Central is worth no arrow.
  const others = apis.filter(({ api }) => api !== caller.system);
  if (others.length === 0) return [caller];
  return others.map(({ api }) => ({ ...caller, system: `${caller.system} → ${api}` }));
}

function callersOf(object: DirectoryObject): LikelyConsumer[] {
  const uris = object.redirectUris.map(comparable);
  const found = CONSUMER_RULES.flatMap((rule) => evidenceOf(rule, object, uris) ?? []);
  // A redirect URI proves more than a name does; sort() keeps the rules' order within each kind.
  return found
    .sort((a, b) => a.strength - b.strength)
    .map(({ system, because }) => ({ system, because }));
}

interface Evidence extends LikelyConsumer {
  strength: number;
}

function evidenceOf(rule: ConsumerRule, object: DirectoryObject, uris: string[]): Evidence | null {
  const { system } = rule;
  const uri = uris.find((candidate) => rule.redirectUri?.test(candidate));
  if (uri !== undefined) return { system, because: `redirect URI ${cut(uri)}`, strength: 0 };
  const tag = object.tags.find((candidate) => rule.tag?.test(candidate));
  if (tag !== undefined) return { system, because: `tag ${cut(tag)}`, strength: 1 };
  const name = object.displayName?.slice(0, MAX_READ) ?? '';
  if (rule.name?.test(name) !== true) return null;
  return { system, because: `its name, ${cut(name)}`, strength: 2 };
}

function apisOf(appIds: string[]): Api[] {
  const asked = new Set(appIds.map((appId) => appId.toLowerCase()));
  return API_RULES.filter(({ appId }) => asked.has(appId));
}

/** `{host}{path}` in lower case: ports, queries and schemes say nothing about who it is. */
function comparable(uri: string): string {
  const [withoutQuery = ''] = uri.slice(0, MAX_READ).trim().toLowerCase().split(/[?#]/, 1);
  const authorityAndPath = withoutQuery.replace(/^[a-z][a-z0-9+.-]*:\/\//, '');
  return authorityAndPath.replace(/^((?:\[[^\]]*\]|[^/:]*)):\d+/, '$1');
}

function cut(text: string): string {
  return text.length <= MAX_EVIDENCE ? text : `${text.slice(0, MAX_EVIDENCE - 1)}…`;
}
