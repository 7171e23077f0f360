import { findById, textMember, type Directory, type GraphObject } from './directory.ts';
import { entraFault } from './entra-error.ts';

/** The person with an id or user principal name, ignoring case; undefined for none. */
export function findUser(idOrName: string, { users }: Directory): GraphObject | undefined {
  const byId = findById(users, idOrName);
  if (byId !== undefined) return byId;
  const wanted = idOrName.toLowerCase();
  for (let index = 0; index < users.length; index += 1) {
    const user = users.at(index);
    if (textMember(user, 'userPrincipalName').toLowerCase() === wanted) return user;
  }
  return undefined;
}

/** The person, if they can sign in now. Throws EntraFault. */
export function activeUser(idOrName: string, directory: Directory): GraphObject {
  const user = findUser(idOrName, directory);
  if (user === undefined) {
    throw entraFault(
      50034,
      `The user account {EUII Hidden} does not exist in the ${directory.tenantId} directory. To sign into this application, the account must be added to the directory.`,
    );
  }
  if (user['accountEnabled'] === false) throw entraFault(50057, 'The user account is disabled.');
  return user;
}

/** The first person of the directory who can sign in. */
export function firstUser(directory: Directory): string {
  return firstWho(directory, () => true);
}

/** The first person of the directory who may agree for everybody. */
export function firstAdministrator(directory: Directory): string {
  return firstWho(directory, (user) => isAdministrator(user, directory));
}

function firstWho({ users }: Directory, fits: (user: GraphObject) => boolean): string {
  for (let index = 0; index < users.length; index += 1) {
    const user = users.at(index);
    if (user['accountEnabled'] !== false && fits(user)) return user.id;
  }
  throw entraFault(50034, 'The directory has no such user who can sign in.');
}

/** Accounts to choose from, the hinted one first. */
export function accountsToShow(
  { users }: Directory,
  hinted: GraphObject | undefined,
): GraphObject[] {
  const accounts = hinted === undefined ? [] : [hinted];
  for (let index = 0; index < users.length && accounts.length < MAX_SHOWN; index += 1) {
    const user = users.at(index);
    if (user.id !== hinted?.id && user['accountEnabled'] !== false) accounts.push(user);
  }
  return accounts;
}

/** Whether a person may agree for everybody ("Microsoft Entra built-in roles"). */
export function isAdministrator(user: GraphObject, directory: Directory): boolean {
  return directory.rolesOf(user.id).some((role) => CONSENTING_ROLES.has(role));
}

const MAX_SHOWN = 30;

const CONSENTING_ROLES = new Set([
  'Global Administrator',
  'Privileged Role Administrator',
  'Cloud Application Administrator',
  'Application Administrator',
]);
