import type { Route } from './routes.ts';

const open = { authLevel: 'anonymous' } as const;

/** The routes of connections and of signing in; see routes.ts. */
export const connectionRoutes = {
  approveConnection: {
    methods: ['POST'],
    route: 'api/connections/{id}/approve',
    ...open,
    role: 'admin',
    summary: 'Accepts the account that signed in for the first time.',
  },
  authorizeConnection: {
    methods: ['POST'],
    route: 'api/connections/{id}/authorize',
    ...open,
    role: 'admin',
    summary: 'Begins a sign-in in this browser.',
  },
  createConnectLink: {
    methods: ['POST'],
    route: 'api/connections/{id}/connect-links',
    ...open,
    role: 'admin',
    summary: 'Makes a link to send to whoever has to sign in, or to agree for the organisation.',
  },
  createConnectionKey: {
    methods: ['POST'],
    route: 'api/connections/{id}/keys',
    ...open,
    role: 'admin',
    summary: 'Creates a key that fetches tokens of this connection, and shows it once.',
  },
  deleteConnection: {
    methods: ['DELETE'],
    route: 'api/connections/{id}',
    ...open,
    role: 'admin',
    summary: 'Removes a connection, its keys, its secrets and its grant.',
  },
  deleteConnectionKey: {
    methods: ['DELETE'],
    route: 'api/connections/{id}/keys/{name}',
    ...open,
    role: 'admin',
    summary: 'Revokes a key of this connection.',
  },
  issueToken: {
    methods: ['GET', 'POST'],
    route: 'api/connections/{id}/token',
    ...open,
    role: 'caller',
    summary: 'A short-lived access token; POST is an OAuth 2.0 token endpoint.',
  },
  listConnectionKeys: {
    methods: ['GET'],
    route: 'api/connections/{id}/keys',
    ...open,
    role: 'admin',
    summary: 'Names and dates of the keys of this connection; never a key.',
  },
  listConnections: {
    methods: ['GET'],
    route: 'api/connections',
    ...open,
    role: 'reader',
    summary: 'Every connection and how it is.',
  },
  oauthCallback: {
    methods: ['GET', 'POST'],
    route: 'oauth/callback',
    ...open,
    role: 'anyone',
    summary: 'Where Microsoft Entra sends the browser back to, and the page after it.',
  },
  oauthCallbackOf: {
    methods: ['GET', 'POST'],
    route: 'oauth/callback/{id}',
    ...open,
    role: 'anyone',
    summary: 'The same for a provider of its own.',
  },
  patchConnection: {
    methods: ['PATCH'],
    route: 'api/connections/{id}',
    ...open,
    role: 'admin',
    summary: 'Changes what a merge patch names.',
  },
  putConnection: {
    methods: ['PUT'],
    route: 'api/connections/{id}',
    ...open,
    role: 'admin',
    summary: 'Creates or changes a connection.',
  },
  refreshToken: {
    methods: ['POST'],
    route: 'api/connections/{id}/token/refresh',
    ...open,
    role: 'admin',
    summary: 'Forces one refresh, at most one a minute.',
  },
  showConnection: {
    methods: ['GET'],
    route: 'api/connections/{id}',
    ...open,
    role: 'reader',
    summary: 'One connection and how it is.',
  },
  testConnection: {
    methods: ['POST'],
    route: 'api/connections/{id}/test',
    ...open,
    role: 'admin',
    summary: 'Gets a token, and asks the service with it.',
  },
} satisfies Record<string, Route>;
