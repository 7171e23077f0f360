import { clouds } from '../clouds.ts';
import type { FlatSettings } from './setting-list.ts';

/** Where grants and secrets lie, and as whom. */
export interface BrokerSettings {
  /** Without a final slash. */
  vaultUrl: string;
  /** Null: the system-assigned identity. */
  clientId: string | null;
}

export function brokerSettings(flat: FlatSettings): BrokerSettings | null {
  const { KEYTURN_VAULT_URL: vaultUrl, KEYTURN_BROKER_CLIENT_ID: clientId } = flat;
  return vaultUrl === undefined ? null : { vaultUrl, clientId: clientId ?? null };
}

/** The vault's own challenge decides where the identity's token goes, so its host has to be one of this cloud. */
export function brokerFaults(given: Readonly<Record<string, string>>): [string, string][] {
  const { KEYTURN_VAULT_URL: vaultUrl, KEYTURN_CLOUD: name = 'public' } = given;
  const cloud = Object.values(clouds).find((one) => one.name === name);
  if (vaultUrl === undefined || cloud === undefined || !URL.canParse(vaultUrl)) return [];
  const { hostname, pathname } = new URL(vaultUrl);
  const isVault =
    hostname.endsWith(`.${cloud.vaultSuffix}`) &&
    !hostname.slice(0, -cloud.vaultSuffix.length - 1).includes('.') &&
    pathname === '/';
  return isVault
    ? []
    : [['KEYTURN_VAULT_URL', `It is not a key vault of this cloud (….${cloud.vaultSuffix}).`]];
}
