import type { TenantDescription } from '../../local/cloud/build-directory.ts';
import { DAY_MS, nightAt, type Said } from './story.ts';

/** Who must be told what on which night, decided by design §4 alone. No line of it comes from the product. */
export interface Warning {
  date: string;
  address: string;
  /** The application or enterprise application by name. */
  holder: string;
  keyId: string;
  stage: number;
}

type Json = Record<string, unknown>;

interface Ending {
  holder: Json;
  kind: 'application' | 'servicePrincipal';
  keyId: string;
  startsMs: number;
  endsMs: number;
  selfRenewing: boolean;
}

const LISTS = {
  fallback: 'fallback@contoso.example',
  escalation: 'escalation@contoso.example',
};

/** "60, 30, 14, 7, 3, 1, 0 days inside the window, then weekly for 4 weeks after the end, then report only." */
function stageOn(now: Date, { startsMs, endsMs }: Ending): number | null {
  const left = (endsMs - now.getTime()) / DAY_MS;
  const window = Math.min(60, (endsMs - startsMs) / DAY_MS / 3);
  if (left > window) return null;
  if (left <= -7) return left > -35 ? -7 * Math.floor(-left / 7) : null;
  const crossed = [0, 1, 3, 7, 14, 30, 60].find((days) => left <= days && days <= window);
  return crossed ?? null;
}

/** What the seeded tenant holds, by what its makers say of it (local/cloud/seed-*.ts), not by the product's rules. */
function endingsOf({ applications, servicePrincipals }: TenantDescription): Ending[] {
  return [
    ...applications.flatMap((holder) => endingsOfHolder(holder, 'application')),
    ...servicePrincipals.flatMap((holder) => endingsOfHolder(holder, 'servicePrincipal')),
  ].filter(({ endsMs }) => endsMs < Date.UTC(2199, 0, 1));
}

function endingsOfHolder(holder: Json, kind: Ending['kind']): Ending[] {
  const keys = (holder['keyCredentials'] ?? []) as Json[];
  const passwords = (holder['passwordCredentials'] ?? []) as Json[];
  const isSaml = holder['preferredSingleSignOnMode'] === 'saml';
  // The three entries of a SAML certificate are one thing.
  const entries = isSaml ? keys.slice(0, 1) : [...keys, ...passwords];
  return entries.flatMap((entry) => {
    const { keyId, startDateTime, endDateTime, displayName } = entry;
    if (typeof endDateTime !== 'string') return [];
    return {
      holder,
      kind,
      keyId: String(keyId),
      startsMs: Date.parse(String(startDateTime)),
      endsMs: Date.parse(endDateTime),
      selfRenewing:
        /^(CWAP_AuthSecret$|CN=ConnectSync|CN=service\.prod\.powerva)/.test(String(displayName)) ||
        ['func-orders-prod', 'Microsoft Rights Management Services'].includes(nameOf(holder)),
    };
  });
}

function nameOf(holder: Json): string {
  return String(holder['displayName']);
}

/** Quiet, unless Entra Connect or App Proxy have nothing left that lasts longer than a week: that people must see to. */
function isQuiet(ending: Ending, all: readonly Ending[], now: Date): boolean {
  if (!ending.selfRenewing) return false;
  const name = nameOf(ending.holder);
  if (!name.startsWith('ConnectSync') && !name.includes('App Proxy')) return true;
  const weekMs = 7 * DAY_MS;
  return all.some(
    ({ holder, endsMs }) => holder === ending.holder && endsMs - now.getTime() > weekMs,
  );
}

function recipientsOf(ending: Ending, stage: number, tenant: TenantDescription): string[] {
  const around = peopleAround(ending, tenant);
  const people = around.some(isSure) ? around : [...around, ...managersOf(ending, tenant)];
  return [
    ...new Set([
      ...people.map(({ address }) => address),
      ...(!people.some(isSure) || stage <= 7 ? [LISTS.fallback] : []),
      ...(stage <= 1 ? [LISTS.escalation] : []),
    ]),
  ];
}

/** An address, and whether mail to it is known to arrive: a sign-in name need not be a mailbox. */
interface Person {
  address: string;
  isMailbox: boolean;
}

const isSure = ({ isMailbox }: Person) => isMailbox;

/** Owners of both halves of an application, and of the programs that own one of them. */
function peopleAround({ holder }: Ending, tenant: TenantDescription): Person[] {
  const ids = ownerIdsOf(holder, tenant);
  const programs = tenant.servicePrincipals.filter((one) => ids.includes(String(one['id'])));
  const owners = [...ids, ...programs.flatMap((one) => (one['owners'] ?? []) as string[])];
  // Nobody ever checked these addresses, so they are told beside others and are not enough.
  const notified = (holder['notificationEmailAddresses'] ?? []) as string[];
  return [
    ...owners.flatMap((id) => personOf(id, tenant)),
    ...notified.map((address) => ({ address, isMailbox: false })),
  ];
}

function managersOf({ holder }: Ending, tenant: TenantDescription): Person[] {
  return ownerIdsOf(holder, tenant).flatMap((id) => {
    const user = tenant.users.find((one) => one['id'] === id);
    return user?.['accountEnabled'] === false ? personOf(String(user['manager']), tenant) : [];
  });
}

function ownerIdsOf(holder: Json, tenant: TenantDescription): string[] {
  const halves = [...tenant.applications, ...tenant.servicePrincipals].filter(
    (one) => one !== holder && one['appId'] !== undefined && one['appId'] === holder['appId'],
  );
  return [holder, ...halves].flatMap((one) => (one['owners'] ?? []) as string[]);
}

function personOf(id: string, { users }: TenantDescription): Person[] {
  const user = users.find((one) => one['id'] === id);
  if (user === undefined || user['accountEnabled'] === false) return [];
  const { mail, userPrincipalName } = user;
  return [{ address: String(mail ?? userPrincipalName), isMailbox: typeof mail === 'string' }];
}

interface Night {
  at: Date;
  tenant: TenantDescription;
}

/** What is due on a night, whoever is to hear of it. */
interface Due extends Omit<Warning, 'address'> {
  ending: Ending;
}

function dueOn({ at, tenant }: Night): Due[] {
  const endings = endingsOf(tenant);
  return endings.flatMap((ending) => {
    const stage = stageOn(at, ending);
    if (stage === null || isQuiet(ending, endings, at)) return [];
    const date = at.toISOString().slice(0, 10);
    return { date, holder: nameOf(ending.holder), keyId: ending.keyId, stage, ending };
  });
}

/**
 * The warnings of a row of nights: what a stage says to somebody is said once, on the first night that can. A snooze
 * silences one person until its day, not in the last three days; a promise until its day is over, not in the last day.
 * Once that is over and nothing was done, that person and the lists are told again, whatever they knew.
 */
export function warningsOf(nights: readonly Night[], said: readonly Said[]): Warning[] {
  const told = new Set<string>();
  return nights.flatMap((night) =>
    dueOn(night).flatMap(({ ending, ...due }) => {
      const about = said.filter(
        (one) => one.holder === due.holder && nightAt(one.day).getTime() < night.at.getTime(),
      );
      const broken = about.find((one) => one.choice === 'promise' && hasPassed(one.until, night));
      const people = new Set([
        ...recipientsOf(ending, due.stage, night.tenant),
        ...(broken === undefined ? [] : [LISTS.fallback]),
      ]);
      return [...people].flatMap((address) => {
        const isSilent = about.some((one) => one.by === address && isSilenced(one, ending, night));
        const isAgain = broken?.by === address || isListed(address);
        const round = broken !== undefined && isAgain ? 'again' : '';
        const key = [address, ending.holder['id'], due.keyId, due.stage, round].join();
        if (isSilent || told.has(key)) return [];
        told.add(key);
        return { ...due, address };
      });
    }),
  );
}

/** "A finding closes itself on proof, with one "done" note to those who were warned": here, once the secret is gone. */
export function donesOf(nights: readonly Night[], said: readonly Said[]): Omit<Warning, 'stage'>[] {
  const warnings = warningsOf(nights, said);
  const warned = new Map<string, { holder: string; keyId: string; people: Set<string> }>();
  return nights.flatMap(({ at, tenant }) => {
    const date = at.toISOString().slice(0, 10);
    const there = new Set(endingsOf(tenant).map(({ holder, keyId }) => nameOf(holder) + keyId));
    const gone = [...warned].flatMap(([key, { holder, keyId, people }]) =>
      there.has(key) || !warned.delete(key)
        ? []
        : [...people].map((address) => ({ date, address, holder, keyId })),
    );
    for (const { holder, keyId, address } of warnings.filter((one) => one.date === date)) {
      const known = warned.get(holder + keyId) ?? { holder, keyId, people: new Set() };
      known.people.add(address);
      warned.set(holder + keyId, known);
    }
    return gone;
  });
}

function isListed(address: string): boolean {
  return Object.values(LISTS).includes(address);
}

function hasPassed(day: number, { at }: Night): boolean {
  return nightAt(day).getTime() < at.getTime();
}

function isSilenced({ choice, until }: Said, { endsMs }: Ending, night: Night): boolean {
  const left = (endsMs - night.at.getTime()) / DAY_MS;
  return choice === 'snooze'
    ? left > 3 && night.at.getTime() < nightAt(until).getTime()
    : left > 1 && !hasPassed(until, night);
}

/** The same for the Teams channel: each stage of each secret once. */
export function cardsOf(nights: readonly Night[]): Omit<Warning, 'address'>[] {
  const told = new Set<string>();
  return nights.flatMap((night) =>
    dueOn(night).flatMap(({ date, holder, keyId, stage }) => {
      const key = [holder, keyId, stage].join();
      if (told.has(key)) return [];
      told.add(key);
      return { date, holder, keyId, stage };
    }),
  );
}

export interface Event {
  date: string;
  type: 'opened' | 'stage' | 'resolved';
  holder: string;
  keyId: string;
}

/** "Events opened, stage, resolved with a stable dedupKey (one ticket per secret)." */
export function eventsOf(nights: readonly Night[]): Event[] {
  const open = new Map<string, Omit<Event, 'date' | 'type'>>();
  const cards = cardsOf(nights);
  return nights.flatMap(({ at, tenant }): Event[] => {
    const date = at.toISOString().slice(0, 10);
    const there = new Set(endingsOf(tenant).map(({ holder, keyId }) => nameOf(holder) + keyId));
    const resolved = [...open].flatMap(([key, secret]): Event[] =>
      there.has(key) || !open.delete(key) ? [] : [{ ...secret, date, type: 'resolved' }],
    );
    const stages = cards
      .filter((card) => card.date === date)
      .map(({ holder, keyId }): Event => {
        const isFirst = !open.has(holder + keyId);
        open.set(holder + keyId, { holder, keyId });
        return { date, type: isFirst ? 'opened' : 'stage', holder, keyId };
      });
    return [...resolved, ...stages];
  });
}
