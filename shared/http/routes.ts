import type { HttpMethod } from '@azure/functions';
import { connectionRoutes } from './connection-routes.ts';
import { tenantRoutes } from './tenant-routes.ts';

/** Who may call a route. `hostMaster`: the Functions host has already checked its master key (security rule 1). */
export type Role = 'anyone' | 'reader' | 'admin' | 'caller' | 'hostMaster';

export interface Route {
  methods: HttpMethod[];
  route: string;
  authLevel: 'anonymous' | 'admin';
  role: Role;
  /** One sentence for the API document and the README. */
  summary: string;
}

/**
 * Every route, by the name of the function that serves it (design §5, "Routes"). The host matches functions in the
 * order of their names and takes the first template that fits, so no two templates may fit the same path; a route that
 * starts with `admin` or `runtime` keeps its function from loading.
 */
export const routes = {
  ...connectionRoutes,
  ...tenantRoutes,
  actPage: {
    methods: ['GET'],
    route: 'act',
    authLevel: 'anonymous',
    role: 'anyone',
    summary: 'The page behind the links in mails, without data.',
  },
  actByLink: {
    methods: ['POST'],
    route: 'api/act',
    authLevel: 'anonymous',
    role: 'anyone',
    summary: 'Says what is asked of the holder of a link from a mail, or does what they chose.',
  },
  createKey: {
    methods: ['POST'],
    route: 'api/keys',
    // The first key, and the way back in: the only route that the host itself guards.
    authLevel: 'admin',
    role: 'hostMaster',
    summary: 'Creates an admin or reader key and shows it once.',
  },
  deleteConsumer: {
    methods: ['DELETE'],
    route: 'api/consumers/{id}',
    authLevel: 'anonymous',
    role: 'admin',
    summary: 'Forgets a place where a secret was entered.',
  },
  deleteItem: {
    methods: ['DELETE'],
    route: 'api/items/{id}',
    authLevel: 'anonymous',
    role: 'admin',
    summary: 'Takes something with a date off the list that operators keep.',
  },
  deleteKey: {
    methods: ['DELETE'],
    route: 'api/keys/{name}',
    authLevel: 'anonymous',
    role: 'admin',
    summary: 'Revokes a key.',
  },
  deletePlaybook: {
    methods: ['DELETE'],
    route: 'api/playbooks/{id}',
    authLevel: 'anonymous',
    role: 'admin',
    summary: 'Removes your own steps for a system.',
  },
  health: {
    methods: ['GET'],
    route: 'api/health',
    authLevel: 'anonymous',
    role: 'anyone',
    summary: 'Says whether checks succeed; 503 when the last success is older than 26 hours.',
  },
  home: {
    methods: ['GET'],
    // An empty route is not reachable in the host; this template is (facts: functions-host-and-sdks §12).
    route: '{x:maxlength(0)?}',
    authLevel: 'anonymous',
    role: 'anyone',
    summary: 'A page without data that says what this is.',
  },
  listChecks: {
    methods: ['GET'],
    route: 'api/checks',
    authLevel: 'anonymous',
    role: 'reader',
    summary: 'The latest runs, newest first.',
  },
  listConsumers: {
    methods: ['GET'],
    route: 'api/consumers',
    authLevel: 'anonymous',
    role: 'reader',
    summary: 'The places where secrets of applications were entered.',
  },
  listFindings: {
    methods: ['GET'],
    route: 'api/findings',
    authLevel: 'anonymous',
    role: 'reader',
    summary: 'Credentials that need attention, as JSON, CSV or a calendar.',
  },
  listItems: {
    methods: ['GET'],
    route: 'api/items',
    authLevel: 'anonymous',
    role: 'reader',
    summary: 'What operators entered because nothing else knows its date.',
  },
  listKeys: {
    methods: ['GET'],
    route: 'api/keys',
    authLevel: 'anonymous',
    role: 'admin',
    summary: 'Names, roles and dates of the keys; never a key.',
  },
  listPlaybooks: {
    methods: ['GET'],
    route: 'api/playbooks',
    authLevel: 'anonymous',
    role: 'reader',
    summary: 'Your own steps for systems, and which systems Keyturn has steps for.',
  },
  live: {
    methods: ['GET'],
    route: 'api/health/live',
    authLevel: 'anonymous',
    role: 'anyone',
    summary: 'Says that the process answers, whatever the checks do.',
  },
  metrics: {
    methods: ['GET'],
    route: 'api/metrics',
    authLevel: 'anonymous',
    role: 'reader',
    summary: 'Instants and counts in the text format of Prometheus.',
  },
  openapi: {
    methods: ['GET'],
    route: 'api/openapi.json',
    authLevel: 'anonymous',
    role: 'anyone',
    summary: 'This document.',
  },
  putConsumer: {
    methods: ['PUT'],
    route: 'api/consumers/{id}',
    authLevel: 'anonymous',
    role: 'admin',
    summary: 'Records such a place: system, name, contact, and which secret it holds.',
  },
  putItem: {
    methods: ['PUT'],
    route: 'api/items/{id}',
    authLevel: 'anonymous',
    role: 'admin',
    summary: 'Enters something that ends (an SFTP password, an API key), or its next date.',
  },
  putPlaybook: {
    methods: ['PUT'],
    route: 'api/playbooks/{id}',
    authLevel: 'anonymous',
    role: 'admin',
    summary: 'Keeps your own steps for a system, in Markdown.',
  },
  previewAlerts: {
    methods: ['GET'],
    route: 'api/alerts/preview',
    authLevel: 'anonymous',
    role: 'reader',
    summary: 'Which mails the coming days would send to whom, if alerts were live.',
  },
  showAlerts: {
    methods: ['GET'],
    route: 'api/alerts',
    authLevel: 'anonymous',
    role: 'reader',
    summary: 'How far alerts go: preview, operations or live, and who said so.',
  },
  showCheck: {
    methods: ['GET'],
    route: 'api/checks/{runId}',
    authLevel: 'anonymous',
    role: 'reader',
    summary: 'One run of one tenant.',
  },
  showCheckRecipients: {
    methods: ['GET'],
    route: 'api/checks/{runId}/recipients',
    authLevel: 'anonymous',
    role: 'reader',
    summary: 'Whom one run chose to tell, whom it passed over, and why.',
  },
  showSetup: {
    methods: ['GET'],
    route: 'api/setup',
    authLevel: 'anonymous',
    role: 'reader',
    summary: 'What this installation may do, what it lacks, and how to put that right.',
  },
  startCheck: {
    methods: ['POST'],
    route: 'api/checks',
    authLevel: 'anonymous',
    role: 'admin',
    summary: 'Checks every tenant now, or names the runs in progress.',
  },
  testAlert: {
    methods: ['POST'],
    route: 'api/alerts/test',
    authLevel: 'anonymous',
    role: 'admin',
    summary: 'Sends a test message through one channel now, and says what its service answered.',
  },
  switchAlerts: {
    methods: ['PUT'],
    route: 'api/alerts',
    authLevel: 'anonymous',
    role: 'admin',
    summary: 'Switches alerts to preview, operations or live.',
  },
} satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;

/** The route's part of `app.http(name, { …, handler })`. */
export function bindingOf(name: RouteName): Pick<Route, 'methods' | 'route' | 'authLevel'> {
  const { methods, route, authLevel } = routes[name];
  return { methods, route, authLevel };
}
