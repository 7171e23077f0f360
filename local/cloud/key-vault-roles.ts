const VAULTS = 'Microsoft.KeyVault/vaults';

/** Data actions of Azure's roles, `*` for any rest ("Azure built-in roles for Security"). */
const roles: Record<string, string[]> = {
  'Key Vault Administrator': [`${VAULTS}/*`],
  'Key Vault Secrets Officer': [`${VAULTS}/secrets/*`],
  'Key Vault Secrets User': [
    `${VAULTS}/secrets/getSecret/action`,
    `${VAULTS}/secrets/readMetadata/action`,
  ],
  'Key Vault Reader': [`${VAULTS}/*/read`, `${VAULTS}/secrets/readMetadata/action`],
};

/** Whether a role contains a data action; a name that is no role contains nothing. */
export function allows(role: string, action: string): boolean {
  return (roles[role] ?? []).some((pattern) => {
    const [start = '', end] = pattern.split('*');
    if (end === undefined) return pattern === action;
    return action.startsWith(start) && action.endsWith(end);
  });
}

/** The data action behind a call ("Azure Key Vault data plane operations": Microsoft.KeyVault/vaults/secrets/…). */
export function dataActionOf(method: string, path: string): string {
  const [, collection = '', name, rest] = path.split('/');
  if (collection === 'deletedsecrets') return `${VAULTS}/secrets/${deletedAction(method, rest)}`;
  if (collection !== 'secrets')
    return `${VAULTS}/${collection}/${method === 'GET' ? 'read' : 'write'}`;
  const isList = name === undefined || rest === 'versions';
  if (method === 'GET' && isList) return `${VAULTS}/secrets/readMetadata/action`;
  return `${VAULTS}/secrets/${secretAction(method, name)}`;
}

function secretAction(method: string, name?: string): string {
  if (method === 'POST') return name === 'restore' ? 'restore/action' : 'backup/action';
  return secretActions[method] ?? 'unknown';
}

const secretActions: Record<string, string> = {
  GET: 'getSecret/action',
  PUT: 'setSecret/action',
  PATCH: 'update/action',
  DELETE: 'delete',
};

function deletedAction(method: string, rest?: string): string {
  if (method === 'GET') return 'readMetadata/action';
  return rest === 'recover' ? 'recover/action' : 'purge/action';
}
