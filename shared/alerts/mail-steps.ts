import type { AlertItem } from './alert-item.ts';
import { line, strong, type Line } from './mail-document.ts';
import { nameInMail } from './mail-names.ts';
import { likelyOf, placeName } from './mail-places.ts';
import { isGuid, portalWayOf } from './mail-portal.ts';

/** What to do, in order and by hand. Follows the holder and the kind of credential. */
export function stepsOf(item: AlertItem, portalUrl: string): Line[] {
  if (item.steps.length > 0) return item.steps.map((step) => line`${nameInMail(step, MAX_STEP)}`);
  return STEPS[item.type](item, portalUrl);
}

/** What somebody does who cannot make the new secret, and has a place for it. */
export function outsiderSteps(item: AlertItem): Line[] {
  return [
    line`Whoever owns the application makes the new one. Ask them for it: they give it to you in person or through a password manager, never by mail.`,
    item.type === 'clientSecret'
      ? line`Enter its ${strong('Value')} — not the ${strong('Secret ID')} — ${placesOf(item)}.`
      : line`Enter it ${placesOf(item)}.`,
    line`Tell them when everything works with the new one. The old one is deleted only then.`,
  ];
}

type Steps = (item: AlertItem, portalUrl: string) => Line[];

const held: Steps = (item, portalUrl) =>
  item.holder.type === 'servicePrincipal' ? hiddenSteps(item) : applicationSteps(item, portalUrl);

const STEPS: Record<AlertItem['type'], Steps> = {
  clientSecret: held,
  certificate: held,
  samlSigningCertificate: samlSteps,
  keyVaultSecret: vaultSteps,
  keyVaultCertificate: vaultSteps,
  keyVaultKey: vaultSteps,
  manual: manualSteps,
  connection: connectionSteps,
  federatedCredential: manualSteps,
};

function applicationSteps(item: AlertItem, portalUrl: string): Line[] {
  const way = portalWayOf(item, portalUrl);
  if (item.type === 'certificate') {
    return [
      certificateOriginOf(item),
      way,
      line`${strong('Certificates')} → ${strong('Upload certificate')}: upload the public part only (.cer, .pem or .crt).`,
      line`Install the new certificate with its private key ${placesOf(item)}.`,
      LAST_STEP,
    ];
  }
  return [
    way,
    line`${strong('New client secret')}: create a new secret and copy its ${strong('Value')} at once, as the portal shows it only now.`,
    line`Enter its ${strong('Value')} — not the ${strong('Secret ID')} — ${placesOf(item)}.`,
    LAST_STEP,
  ];
}

function certificateOriginOf({ keptIn }: AlertItem): Line {
  if (keptIn === null) {
    return line`Get a new certificate from where this one came from: your certificate authority, your key vault, or whoever runs what uses it.`;
  }
  const newest = keptIn.renewedAt === null ? strong('New version') : 'its newest version';
  return line`Open the key vault ${nameInMail(keptIn.vault)} → ${strong('Certificates')} → ${nameInMail(keptIn.name)} → ${newest} → ${strong('Download in CER format')}.`;
}

function samlSteps(item: AlertItem, portalUrl: string): Line[] {
  return [
    portalWayOf(item, portalUrl),
    line`${strong('SAML Certificates')} → ${strong('Edit')} → ${strong('New Certificate')} → ${strong('Save')}. Do not make it active yet.`,
    line`Give the new certificate to whoever runs “${thingOf(item)}” and agree on a time.`,
    line`At that time, open the certificate’s menu → ${strong('Make certificate active')}. Until the other side has it too, nobody can sign in.`,
    line`Sign in once to test it, then delete the old certificate.`,
  ];
}

/** The portal shows no secrets of an enterprise application (Microsoft Learn: az ad sp credential). */
function hiddenSteps(item: AlertItem): Line[] {
  const { objectId, appId } = item.holder;
  const id = [objectId, appId].find(isGuid) ?? '{object id}';
  return [
    line`The portal does not show the secrets of an enterprise application, so this takes an administrator with the Azure command line: ${strong(`az ad sp credential list --id ${id}`)}`,
    line`Add a new one beside it: ${strong(`az ad sp credential reset --id ${id} --append`)}${item.type === 'certificate' ? ' --create-cert' : ''}`,
    line`Enter it ${placesOf(item)}.`,
    LAST_STEP,
  ];
}

function vaultSteps(item: AlertItem, portalUrl: string): Line[] {
  return [
    portalWayOf(item, portalUrl),
    line`${strong('New version')}: give the new version an end date.`,
    line`What reads the newest version needs nothing more. Whatever names a version must be given the new one.`,
    line`When everything works with it, disable the old version.`,
  ];
}

function manualSteps(item: AlertItem): Line[] {
  return [
    line`Get a new “${nameInMail(item.name)}” from whoever issues it.`,
    line`Enter it ${placesOf(item)}.`,
    line`Set its new date in Keyturn’s list.`,
  ];
}

/** Its source says more, unless it is of an older version. */
function connectionSteps(item: AlertItem): Line[] {
  return [
    line`Look at what the connection asks for: ${strong(`keyturn connections show ${nameInMail(item.holder.objectId ?? '')}`)}`,
  ];
}

/** As much of a step as an operator may enter. */
const MAX_STEP = 300;

const LAST_STEP = line`When everything works with the new one, delete the old one.`;

/** "in SmartConnect → Business Central", in place of what is there now. */
function placesOf(item: AlertItem): string {
  const { recordedConsumers, consumers, hint, type } = item;
  const old =
    type === 'clientSecret' && hint !== null
      ? `the secret whose value starts with ${nameInMail(hint, 8)}`
      : 'the old one';
  const places = recordedConsumers.map(placeName);
  const likely = (places.length === 0 ? consumers : likelyOf(item)).map(({ system }) =>
    nameInMail(system),
  );
  const known = [...new Set(places.length === 0 ? likely : places)];
  const also = places.length === 0 ? [] : [...new Set(likely)];
  const more = also.length === 0 ? '' : `. Look in ${also.join('; ')} as well`;
  if (known.length === 0) return `wherever ${old} is used now`;
  if (known.length === 1) return `in ${known.join()}, in place of ${old}${more}`;
  const count = places.length === 0 ? `each of these ${known.length}` : `these ${known.length}`;
  return `in ${count} places, in place of ${old}: ${known.join('; ')}${more}`;
}

function thingOf({ holder, name }: AlertItem): string {
  return nameInMail(holder.displayName ?? name);
}
