import type { SettingFault } from '../settings.ts';

/**
 * Security rule 22: on Azure, variables that could send our requests, tokens or trust somewhere else stop the service
 * until KEYTURN_ACCEPTED_ENVIRONMENT names them. Nobody sets one by accident there, and an attacker who can set one
 * needs nothing else. On a developer's machine they are everyday things.
 */
export function redirectingFaults(
  env: Readonly<Record<string, string>>,
  accepted: readonly string[],
): SettingFault[] {
  if (env['WEBSITE_INSTANCE_ID'] === undefined) return [];
  const known = new Set(accepted.map((name) => name.toUpperCase()));
  return Object.keys(env).flatMap((name) => {
    const danger = DANGERS.get(name.toUpperCase());
    if (danger === undefined || known.has(name.toUpperCase())) return [];
    const fix = `Remove ${name}; if it is meant, add its name to KEYTURN_ACCEPTED_ENVIRONMENT.`;
    return [
      {
        name,
        fault: `It ${danger}, so it may redirect or show what Keyturn sends or trusts.`,
        fix,
      },
    ];
  });
}

/**
 * `TZ` and `WEBSITE_TIME_ZONE` broke TLS on Linux Consumption and are ignored elsewhere (azure-functions-host#9203,
 * #5246): a fault wherever we run, because the night would be at another hour than the operator believes.
 */
export function timeZoneFaults(env: Readonly<Record<string, string>>): SettingFault[] {
  return ['TZ', 'WEBSITE_TIME_ZONE']
    .filter((name) => env[name] !== undefined && !UTC_NAMES.has(env[name].toUpperCase()))
    .map((name) => ({
      name,
      fault:
        'The schedule runs in UTC, and Azure Functions on Linux does not support this variable.',
      fix: `Remove ${name}. Give the hour in UTC in KEYTURN_CHECK_SCHEDULE, and the zone for the words in KEYTURN_TIME_ZONE.`,
    }));
}

const UTC_NAMES = new Set(['UTC', 'ETC/UTC', ':UTC', 'GMT']);

const DANGERS: ReadonlyMap<string, string> = new Map([
  ['AZURE_AUTHORITY_HOST', 'changes where identities sign in'],
  ['AZURE_POD_IDENTITY_AUTHORITY_HOST', 'changes where the managed identity is asked for'],
  ['AZURE_REGIONAL_AUTHORITY_NAME', 'changes where identities sign in'],
  ['AZURE_TOKEN_CREDENTIALS', 'changes which identity is used'],
  ['AZURE_CLIENT_SECRET', 'brings in another identity'],
  ['AZURE_CLIENT_CERTIFICATE_PATH', 'brings in another identity'],
  ['AZURE_FEDERATED_TOKEN_FILE', 'brings in another identity'],
  ['AZURE_PASSWORD', 'brings in another identity'],
  ['HTTP_PROXY', 'puts a proxy in between'],
  ['HTTPS_PROXY', 'puts a proxy in between'],
  ['ALL_PROXY', 'puts a proxy in between'],
  ['NODE_USE_ENV_PROXY', 'puts a proxy in between'],
  ['NODE_EXTRA_CA_CERTS', 'adds trusted certificate authorities'],
  ['NODE_USE_SYSTEM_CA', 'adds trusted certificate authorities'],
  ['NODE_TLS_REJECT_UNAUTHORIZED', 'can turn certificate checks off'],
  ['NODE_OPTIONS', 'can load other code'],
  ['NODE_PATH', 'can load other code'],
  ['NODE_DEBUG', 'writes requests into the log, tokens included'],
  ['LD_PRELOAD', 'can load other code'],
]);
