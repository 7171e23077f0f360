import type { AlertItem } from './alert-item.ts';
import { nameInMail } from './mail-names.ts';

/** What to do, in one sentence: for a list in which the steps of each would bury the rest. */
export function briefStepsOf(item: AlertItem): string {
  return SENTENCES[item.type](placesOf(item));
}

const renewed = (places: string) =>
  `Get a new one from whoever issues it, enter it ${places}, and set its new date in Keyturn’s list.`;
const newVersion = (places: string) =>
  `Make a new version in the key vault, check that it is used ${places}, then disable the old one.`;

const SENTENCES: Record<AlertItem['type'], (places: string) => string> = {
  clientSecret: (places) =>
    `Create a new client secret, enter its Value (not the Secret ID) ${places}, then delete the old one.`,
  certificate: (places) =>
    `Upload a new certificate, install it with its private key ${places}, then delete the old one.`,
  samlSigningCertificate: () =>
    'Create a new SAML certificate, give it to the other side, and make it active together with them.',
  keyVaultSecret: newVersion,
  keyVaultCertificate: newVersion,
  keyVaultKey: newVersion,
  manual: renewed,
  connection: () =>
    'Do what the connection asks for in Keyturn (GET /api/connections), then test it.',
  federatedCredential: renewed,
};

function placesOf({ recordedConsumers, consumers }: AlertItem): string {
  const known = recordedConsumers.map(
    ({ system, name }) => `${nameInMail(system, 40)} “${nameInMail(name, 40)}”`,
  );
  const likely = consumers.map(({ system }) => nameInMail(system, 60));
  const systems = [...new Set(known.length > 0 ? known : likely)];
  const rest = systems.length - MAX_NAMED;
  if (systems.length === 0) return 'wherever the old one is used';
  const named = systems.slice(0, MAX_NAMED).join(', ');
  return `in ${named}${rest > 0 ? ` and ${rest} more` : ''}`;
}

const MAX_NAMED = 4;
