import type { Held } from './permission-probe.ts';
import { well, type SelfCheck } from './self-check.ts';

/** Microsoft Entra refuses assertions whose times are off by more than five minutes. */
const SKEW_FAILS_MS = 300_000;
const SKEW_WARNS_MS = 60_000;

/** `skewMs`: how far this machine's clock is ahead of the login host's; null where that could not be asked. */
export function clockCheck(skewMs: number | null): SelfCheck {
  if (skewMs === null) {
    return {
      name: 'clock',
      status: 'failed',
      what: 'The login host of this cloud does not answer.',
      why: 'Without it no token can be had, and no caller be recognised.',
      fix: "Check this app's network (DNS, firewall, proxy) and KEYTURN_CLOUD.",
    };
  }
  const off = Math.abs(skewMs);
  const seconds = Math.round(off / 1000);
  if (off < SKEW_WARNS_MS) return well('clock', `The clock is right (${seconds} s off).`);
  return {
    name: 'clock',
    status: off < SKEW_FAILS_MS ? 'warning' : 'failed',
    what: `This app's clock is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} the login host's.`,
    why: 'Microsoft Entra refuses signed requests whose times are off by five minutes, and days left are counted wrong.',
    fix: 'Restart the Function App, which moves it to another machine; if it lasts, ask Azure support.',
  };
}

/** One kind of storage that state is kept in. */
export interface StorageLook {
  kind: 'tables' | 'queues' | 'blobs';
  /** Null: it answered. */
  problem: string | null;
}

export function storageChecks(looks: readonly StorageLook[]): SelfCheck[] {
  return looks.map(({ kind, problem }) =>
    problem === null
      ? well('storage', `The state account's ${kind} answer.`)
      : {
          name: 'storage',
          status: 'failed',
          what: `The state account's ${kind} cannot be used. ${problem}`,
          why: 'State is kept there: without it nothing is checked, sent or remembered.',
          fix: `Check KEYTURN_STORAGE__…, the account's Networking page, and that the identity of KEYTURN_STORAGE__clientId has the role ${STORAGE_ROLES[kind]} there.`,
        },
  );
}

const STORAGE_ROLES: Record<StorageLook['kind'], string> = {
  tables: 'Storage Table Data Contributor',
  queues: 'Storage Queue Data Contributor',
  blobs: 'Storage Blob Data Contributor',
};

export function vaultCheck(held: Held | null): SelfCheck {
  if (held === null) {
    return {
      name: 'vault',
      status: 'off',
      what: 'This installation has no key vault, and so holds no connections.',
      why: null,
      fix: null,
    };
  }
  if (held.granted === true) return well('vault', "Keyturn's key vault answers.");
  return {
    name: 'vault',
    status: 'failed',
    what: held.said ?? "Keyturn's key vault refuses the broker identity.",
    why: 'Secrets and sign-ins of connections are kept there: no connection gives a token without it for long.',
    fix: "Give the broker identity the role Key Vault Secrets Officer on the vault of KEYTURN_VAULT_URL, and let this app in on the vault's Networking page.",
  };
}
