/** Why a vault, or one list of it, was not read. */
export interface VaultFailure {
  /** `vault`: the other lists would fail in the same way. */
  scope: 'vault' | 'list';
  /** A sentence that an admin can act on; names the vault, and the identity where the vault told it. */
  reason: string;
}

interface Refusal {
  vault: string;
  /** "the identity 5e2a… " as the vault knows it. */
  identity: string;
}

/** The reason inside a 403 (Microsoft Learn: "Common error codes for Azure Key Vault"). */
const REFUSALS: Record<string, (refusal: Refusal) => string> = {
  ForbiddenByRbac: ({ vault, identity }) =>
    `The key vault ${vault} does not let ${identity} list what it holds. Open ${vault} → Access control (IAM), and give it the role Key Vault Reader, which shows names and dates and no values; a new assignment can take ten minutes to count.`,
  ForbiddenByFirewall: ({ vault }) =>
    `The firewall of the key vault ${vault} does not let Keyturn in. Open ${vault} → Networking, and let in the addresses or the virtual network of this app.`,
  ForbiddenByConnection: ({ vault }) =>
    `The key vault ${vault} takes calls over its private endpoint only. Connect this app to that virtual network, or open ${vault} → Networking.`,
};

const BY_POLICY = ({ vault, identity }: Refusal) =>
  `No access policy of the key vault ${vault} lets ${identity} list what it holds. Open ${vault} → Access policies, and allow List for secrets, keys and certificates; or move the vault to role-based access and give the role Key Vault Reader.`;

/**
 * What a failed call to a vault means. `body` is what the vault answered, '' where it did not: its text is read for
 * the identity that it refused, and goes no further.
 */
export function keyVaultFailure(error: unknown, vault: string, body: string): VaultFailure {
  const { status, code, inner, message } = factsOf(error, body);
  const refusal = { vault, identity: identityIn(message) };
  if (status === 403 || code === 'Forbidden' || inner.startsWith('Forbidden')) {
    const words = REFUSALS[inner];
    // An access policy may allow one kind of item and not another.
    if (words === undefined) return { scope: 'list', reason: BY_POLICY(refusal) };
    return { scope: inner === 'ForbiddenByRbac' ? 'list' : 'vault', reason: words(refusal) };
  }
  if (status === 401 || SIGN_IN.test(nameOf(error)) || SIGN_IN.test(code)) {
    return {
      scope: 'vault',
      reason: `Keyturn could not sign in to the key vault ${vault}. Check that its managed identity is on, that KEYTURN_MONITOR_CLIENT_ID names it, and that the vault belongs to the home tenant and to the cloud of KEYTURN_CLOUD.`,
    };
  }
  return unreachable(status, code, vault);
}

function unreachable(status: number | null, code: string, vault: string): VaultFailure {
  if (code === 'ENOTFOUND') {
    return {
      scope: 'vault',
      reason: `There is no key vault ${vault}: its name is not known. Correct KEYTURN_WATCHED_VAULTS, or recover the vault if it was deleted.`,
    };
  }
  if (status === 429) {
    return {
      scope: 'vault',
      reason: `The key vault ${vault} kept asking Keyturn to wait. See what else reads it at that time; the next check tries again.`,
    };
  }
  // A bad link, an answer that is no list: what one list does need not be what the others do.
  const isSilent = status === null && code !== '';
  const said = status === null ? '' : ` (${status})`;
  return {
    scope: isSilent ? 'vault' : 'list',
    reason: `The key vault ${vault} gave no usable answer${said}. The next check tries again; if it lasts, look at its Networking page and its resource health.`,
  };
}

const SIGN_IN = /CredentialUnavailable|AuthenticationError|AuthenticationRequired/;
const GUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const OBJECT_ID = new RegExp(`\\boid=(${GUID})`, 'i');

function identityIn(message: string): string {
  const [, objectId] = OBJECT_ID.exec(message) ?? [];
  return objectId === undefined
    ? "Keyturn's identity"
    : `Keyturn's identity (object id ${objectId})`;
}

interface Facts {
  status: number | null;
  code: string;
  inner: string;
  message: string;
}

/** RestError of the SDKs has `statusCode` and `code`; the reason inside stands in the body alone. */
function factsOf(error: unknown, body: string): Facts {
  const { statusCode, code, message } = recordOf(error);
  const told = recordOf(recordOf(parsed(body))['error']);
  return {
    status: typeof statusCode === 'number' ? statusCode : null,
    code: textOf(told['code']) || textOf(code),
    inner: textOf(recordOf(told['innererror'])['code']),
    message: textOf(told['message']) || textOf(message),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
