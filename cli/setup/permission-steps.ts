import {
  permissions,
  type Permission,
  type PermissionId,
} from '../../shared/setup/permission-list.ts';
import { CONSENTING_ADMINISTRATOR, entraStep } from './entra-step.ts';
import { recordsOf } from './graph-answer.ts';
import { GRAPH_APP_ID, idOf, identity, roleOf } from './lookups.ts';
import type { Change, GraphJson, Lookup, Step } from './step.ts';
import type { Wanted } from './wanted.ts';

const ASSIGNMENTS = '/servicePrincipals/{MONITOR}/appRoleAssignments';

/** What the monitor identity is to hold on Microsoft Graph, and what it must not. */
export function permissionSteps(wanted: Wanted): Step[] {
  const ids: PermissionId[] = [
    'applications',
    wanted.people === 'all' ? 'everybody' : 'people',
    'organization',
    ...(wanted.signInActivity ? (['signIns'] as const) : []),
  ];
  return ids.map((id) => giving(wanted, permissions[id]));
}

/**
 * For an identity that may send from every mailbox: what Exchange allows and what Graph allows add up, so the smaller one
 * limits nothing.
 */
export function withoutMailSend({ name }: Pick<Wanted, 'name'>): Step {
  const value = 'Mail.Send';
  return entraStep({
    what: `Take ${value} on Microsoft Graph away from the monitor identity`,
    why: 'It allows sending from every mailbox of the tenant. Exchange gives it the one mailbox that it needs; do that first, or no mail leaves until it counts.',
    lookups: holding(name, value),
    present: { path: ASSIGNMENTS, isDone: (answer, ids) => assigned(answer, ids) === null },
    changeLookups: [assignment()],
    change: { method: 'DELETE', path: `${ASSIGNMENTS}/{ASSIGNMENT}` },
    undo: { lookups: holding(name, value), changes: [assign()] },
    needs: CONSENTING_ADMINISTRATOR,
  });
}

function giving({ name }: Wanted, { name: value, why }: Permission): Step {
  const lookups = holding(name, value);
  return entraStep({
    what: `Give the monitor identity ${value} on Microsoft Graph`,
    why,
    lookups,
    present: { path: ASSIGNMENTS, isDone: (answer, ids) => assigned(answer, ids) !== null },
    change: assign(),
    undo: {
      lookups: [...lookups, assignment()],
      changes: [{ method: 'DELETE', path: `${ASSIGNMENTS}/{ASSIGNMENT}` }],
    },
    note: 'If it says that the permission exists already, it is done.',
    needs: CONSENTING_ADMINISTRATOR,
  });
}

function assign(): Change {
  const body = { principalId: '{MONITOR}', resourceId: '{GRAPH}', appRoleId: '{ROLE}' };
  return { method: 'POST', path: ASSIGNMENTS, body };
}

function holding(name: string, value: string): Lookup[] {
  return [
    identity('MONITOR', `${name}-monitor`),
    idOf('GRAPH', GRAPH_APP_ID),
    roleOf('ROLE', GRAPH_APP_ID, value),
  ];
}

function assignment(): Lookup {
  return {
    variable: 'ASSIGNMENT',
    path: ASSIGNMENTS,
    query: "value[?appRoleId=='{ROLE}'].id | [0]",
    pick: assigned,
    madeBy: 'the permission being held',
  };
}

/** The id of the assignment that the ids name; null where there is none. */
function assigned(answer: GraphJson, ids: ReadonlyMap<string, string>): string | null {
  const found = recordsOf(answer['value']).find(
    ({ appRoleId, resourceId }) => appRoleId === ids.get('ROLE') && resourceId === ids.get('GRAPH'),
  );
  const id = found?.['id'];
  return typeof id === 'string' ? id : null;
}
