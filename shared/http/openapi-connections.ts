import { connectionBody } from '../connections/connection-body.ts';
import { connectionAnswer, connectionsAnswer, removedAnswer } from './connection-answer.ts';
import type { connectionRoutes } from './connection-routes.ts';
import * as connections from './connection-schemas.ts';
import { changedOrMade, type Operation } from './openapi-operation.ts';
import { keyAnswer } from './schemas.ts';

/** What the routes of connections take and give. */
export const connectionOperations: Record<
  Exclude<keyof typeof connectionRoutes, 'oauthCallback' | 'oauthCallbackOf'>,
  Operation
> = {
  approveConnection: { body: connections.approveBody, answers: [[200, connectionAnswer]] },
  authorizeConnection: {
    body: connections.authorizeBody,
    answers: [[200, connections.authorizeAnswer]],
  },
  createConnectLink: {
    body: connections.authorizeBody,
    answers: [[201, connections.connectLinkAnswer]],
  },
  createConnectionKey: { body: connections.connectionKeyBody, answers: [[201, keyAnswer]] },
  deleteConnection: { answers: [[200, removedAnswer]] },
  deleteConnectionKey: { answers: [[204, null]] },
  issueToken: { answers: [[200, connections.tokenAnswerSchema]] },
  listConnectionKeys: { answers: [[200, connections.connectionKeysAnswer]] },
  listConnections: { answers: [[200, connectionsAnswer]] },
  newSealingKey: { answers: [[200, connections.sealingKeyAnswer]] },
  patchConnection: { body: connections.patchBody, answers: [[200, connectionAnswer]] },
  putConnection: { body: connectionBody, answers: changedOrMade(connectionAnswer) },
  refreshToken: { answers: [[200, connections.refreshedAnswer]] },
  showConnection: { answers: [[200, connectionAnswer]] },
  testConnection: { answers: [[200, connections.testAnswer]] },
};
