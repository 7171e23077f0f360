import type { ErrorRule } from '../rule.ts';

/** Microsoft Learn: "Common error codes for Azure Key Vault", "Azure RBAC for Key Vault". */
export const KEY_VAULT_RULES: readonly ErrorRule[] = [
  {
    codes: ['ForbiddenByRbac'],
    status: null,
    title: 'Key Vault: a role is missing',
    cause: '{identity} may not do this in {vault}: no role assignment covers it.',
    about: 'The role **{role}** on {vault}.',
    steps: [
      'Open {vault} → Access control (IAM) → Add role assignment.',
      'Assign the role {role} to {identity}.',
      'Wait some minutes: a new assignment needs up to ten to take effect. Do not try in a tight loop.',
    ],
    retry: 'whenFixed',
    page: 'keyVault',
  },
  {
    codes: ['ForbiddenByPolicy', 'AccessDenied_Policy'],
    status: null,
    title: 'Key Vault: an access policy is missing',
    cause: '{vault} works with access policies, and none lets {identity} do this.',
    about: 'An access policy of {vault}.',
    steps: [
      'Open {vault} → Access policies → Create, and allow Get (and List, Set where needed) for secrets.',
      'Or move the vault to role-based access and assign {role}.',
    ],
    retry: 'whenFixed',
    page: 'keyVault',
  },
  {
    codes: ['ForbiddenByFirewall', 'ForbiddenByConnection'],
    status: null,
    title: 'Key Vault: the network is not let in',
    cause: 'The firewall of {vault} does not admit the address that the request came from.',
    about: 'Networking of {vault}; permissions are another question.',
    steps: [
      'Open {vault} → Networking and let the network of the caller in, or use a private endpoint.',
    ],
    retry: 'whenFixed',
    page: 'keyVault',
  },
  {
    codes: ['SecretNotFound', 'CertificateNotFound', 'KeyNotFound'],
    status: null,
    title: 'Key Vault: there is no such secret',
    cause: '{item} does not exist in this vault: the name is wrong, or it was deleted.',
    about: '{item}.',
    steps: [
      'Compare the name with the list in the vault.',
      'If it was deleted not long ago: Manage deleted secrets → Recover.',
      'Otherwise create it, or correct the name in the settings.',
    ],
    retry: 'never',
    page: 'keyVault',
  },
  {
    codes: ['ObjectIsDeletedButRecoverable', 'ObjectIsBeingDeleted', 'ObjectIsBeingRecovered'],
    status: null,
    title: 'Key Vault: the name is taken by a deleted secret',
    cause:
      '{item} was deleted and can still be recovered; until then its name cannot be used for another one.',
    about: '{item}.',
    steps: [
      'Recover it (az keyvault secret recover --vault-name … --name …).',
      'Wait until it is listed again, then set the new value as a new version.',
      'Purge it only if nobody needs the old value; that cannot be undone.',
    ],
    retry: 'whenFixed',
    page: 'keyVault',
  },
  {
    codes: ['SecretDisabled'],
    status: null,
    title: 'Key Vault: the secret is disabled',
    cause: 'This version of {item} is switched off.',
    about: '{item}.',
    steps: ['Find out who disabled it, and why.', 'Enable the version, or use a newer one.'],
    retry: 'whenFixed',
    page: 'keyVault',
  },
];
