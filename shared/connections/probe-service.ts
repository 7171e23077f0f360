import { z } from 'zod';
import type { Egress, EgressAnswer } from '../egress.ts';
import { AppError } from '../errors.ts';
import { explainText } from '../explain/explain-text.ts';
import type { Connection } from './connection.ts';

/** What the API behind a connection said to a fresh token. */
export type Probe =
  | {
      ok: true;
      companies: { id: string | null; name: string; displayName: string }[];
      warnings: string[];
    }
  /** `code` is the service's own; the rest is for people. */
  | { ok: false; code: string; detail: string; nextAction: string };

const companiesSchema = z.object({
  value: z.array(
    z.object({
      id: z.string().nullish(),
      name: z.string().nullish(),
      Name: z.string().nullish(),
      Id: z.string().nullish(),
      displayName: z.string().nullish(),
      Display_Name: z.string().nullish(),
    }),
  ),
});

/**
 * Asks the service with the token once, and lightly: companies of Business Central (by API v2.0 or by the OData page
 * `Company`), who one is in Dataverse. The token goes to the host of the connection's own service URL and nowhere else.
 */
export async function probeService(
  egress: Egress,
  { kind, serviceUrl }: Pick<Connection, 'kind' | 'serviceUrl'>,
  accessToken: string,
): Promise<Probe> {
  if (serviceUrl === null) return { ok: true, companies: [], warnings: [] };
  const url = kind === 'dataverse' ? `${serviceUrl}api/data/v9.2/WhoAmI` : companiesUrl(serviceUrl);
  const asked = await asking(egress, url, accessToken);
  if ('ok' in asked) return asked;
  const { status, text } = asked;
  if (status !== 200) return refused(status, text);
  return kind === 'dataverse' ? { ok: true, companies: [], warnings: [] } : companiesOf(text);
}

/** A service that does not answer, or must not be called, is what was to be found out. */
async function asking(
  egress: Egress,
  url: string,
  accessToken: string,
): Promise<EgressAnswer | Extract<Probe, { ok: false }>> {
  try {
    const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json' };
    return await egress({ url, headers });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const nextAction = 'Check the service URL, and try again in a minute.';
    return { ok: false, code: error.code, detail: error.message, nextAction };
  }
}

function companiesUrl(serviceUrl: string): string {
  const isOData = serviceUrl.endsWith('/ODataV4/');
  return isOData ? `${serviceUrl}Company` : serviceUrl.replace(/\/api\/.*$/, '/api/v2.0/companies');
}

function companiesOf(text: string): Probe {
  const found = companiesSchema.safeParse(jsonOf(text));
  if (!found.success) return refused(200, text);
  const companies = found.data.value.flatMap((company) => {
    const name = company.name ?? company.Name;
    if (name == null || name === '') return [];
    const displayName = company.displayName ?? company.Display_Name ?? '';
    return [{ id: company.id ?? company.Id ?? null, name, displayName: displayName || name }];
  });
  return { ok: true, companies, warnings: companies.length === 0 ? [NO_COMPANY] : [] };
}

const NO_COMPANY =
  'The sign-in works, but this account sees no company. Give it permissions in Business Central (page Users, or Microsoft Entra Applications for an application of its own).';

function refused(status: number, text: string): Probe {
  const explained = explainText(text);
  const known = explained.isRecognised ? explained.explanation : null;
  return {
    ok: false,
    code: known?.code ?? `HTTP ${status}`,
    detail: known?.title ?? `The service answered HTTP ${status}.`,
    nextAction:
      known?.steps[0] ?? 'Check the service URL: the environment, and that the API is switched on.',
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
