import { z, type ZodType } from 'zod';
import * as consumers from './consumer-schemas.ts';
import * as act from './act-schemas.ts';
import { connectAnswer, signInAnswer } from './connect-answer.ts';
import * as items from './item-schemas.ts';
import * as playbooks from './playbook-schemas.ts';
import { connectionOperations } from './openapi-connections.ts';
import { changedOrMade, type Operation } from './openapi-operation.ts';
import { tenantOperations } from './openapi-tenants.ts';
import { routes, type Role, type RouteName } from './routes.ts';
import * as preview from './preview-schemas.ts';
import { VERSION } from '../version.ts';
import * as schemas from './schemas.ts';
import { setupAnswer } from './setup-schemas.ts';

/**
 * The API as an OpenAPI 3.1 document, made from the route table and the schemas that check requests. `publicUrl` is
 * where it can be called.
 */
export function openapiDocument(publicUrl: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, route] of Object.entries(routes)) {
    if (!isDocumented(name)) continue;
    const path = `/${route.route}`;
    for (const method of route.methods)
      paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(name, method) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Keyturn',
      version: VERSION,
      description: 'Watches when Entra secrets end, and warns the people who can replace them.',
    },
    servers: [{ url: publicUrl }],
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description:
            'A Keyturn key, or an Entra access token with the role Keyturn.Admin or Keyturn.Reader.',
        },
        keyturnKey: { type: 'apiKey', in: 'header', name: 'X-Keyturn-Key' },
        hostMasterKey: { type: 'apiKey', in: 'header', name: 'x-functions-key' },
      },
      schemas: { Problem: jsonSchema(schemas.problemAnswer) },
    },
  };
}

/** Pages are for people, not for clients. */
type DocumentedRoute = Exclude<RouteName, 'home' | 'actPage' | 'oauthCallback' | 'oauthCallbackOf'>;

const operations: Record<DocumentedRoute, Operation> = {
  ...connectionOperations,
  ...tenantOperations,
  actByLink: {
    body: act.actBody,
    answers: [[200, z.union([act.actAnswer, connectAnswer, signInAnswer])]],
  },
  createKey: { body: schemas.createKeyBody, answers: [[201, schemas.keyAnswer]] },
  deleteConsumer: { answers: [[204, null]] },
  deleteItem: { answers: [[204, null]] },
  deleteKey: { answers: [[204, null]] },
  deletePlaybook: { answers: [[204, null]] },
  health: {
    answers: [
      [200, schemas.healthAnswer],
      [503, schemas.healthAnswer],
    ],
  },
  listChecks: { query: schemas.runsQuery, answers: [[200, schemas.runsAnswer]] },
  listConsumers: {
    query: consumers.consumersQuery,
    answers: [[200, consumers.consumersAnswer]],
  },
  listFindings: { query: schemas.findingsQuery, answers: [[200, schemas.findingsAnswer]] },
  listItems: { answers: [[200, items.itemsAnswer]] },
  listKeys: { answers: [[200, schemas.keysAnswer]] },
  listPlaybooks: { answers: [[200, playbooks.playbooksAnswer]] },
  live: { answers: [[200, 'application/json']] },
  metrics: { answers: [[200, 'text/plain']] },
  openapi: { answers: [[200, 'application/json']] },
  putConsumer: { body: consumers.consumerBody, answers: changedOrMade(consumers.consumerAnswer) },
  putItem: { body: items.itemBody, answers: changedOrMade(items.itemAnswer) },
  putPlaybook: { body: playbooks.playbookBody, answers: changedOrMade(playbooks.playbookAnswer) },
  previewAlerts: {
    query: preview.previewQuery,
    answers: [[200, preview.previewAnswer]],
  },
  showAlerts: { answers: [[200, schemas.alertsAnswer]] },
  showCheck: { answers: [[200, schemas.runAnswer]] },
  testAlert: { body: schemas.testAlertBody, answers: [[200, schemas.testAlertAnswer]] },
  showCheckRecipients: { answers: [[200, preview.checkRecipientsAnswer]] },
  showSetup: { answers: [[200, setupAnswer]] },
  startCheck: { answers: [[202, schemas.startedAnswer]] },
  switchAlerts: { body: schemas.switchAlertsBody, answers: [[200, schemas.alertsAnswer]] },
};

function isDocumented(name: string): name is DocumentedRoute {
  return Object.hasOwn(operations, name);
}

function operationOf(name: DocumentedRoute, method: string): Record<string, unknown> {
  const { summary, role, route, methods } = routes[name];
  const { query, body, answers } = operations[name];
  const inPath = [...route.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => ({
    name: parameter,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(query?.shape ?? {}).map(([parameter, schema]) => ({
    name: parameter,
    in: 'query',
    required: false,
    schema: jsonSchema(schema),
  }));
  const parameters = [...inPath, ...inQuery];
  return {
    operationId: methods.length === 1 ? name : `${name}By${method}`,
    summary,
    security: SECURITY[role],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body === undefined ? {} : { requestBody: { required: true, content: json(body) } }),
    responses: {
      ...Object.fromEntries(answers.map(([status, content]) => [status, responseOf(content)])),
      default: {
        description: 'A problem (RFC 9457)',
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        },
      },
    },
  };
}

function responseOf(content: Operation['answers'][number][1]): Record<string, unknown> {
  if (content === null) return { description: 'Done' };
  return {
    description: 'The answer',
    content: typeof content === 'string' ? { [content]: {} } : json(content),
  };
}

function json(schema: ZodType): Record<string, unknown> {
  return { 'application/json': { schema: jsonSchema(schema) } };
}

function jsonSchema(schema: z.core.$ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
}

const SECURITY: Record<Role, Record<string, string[]>[]> = {
  anyone: [],
  hostMaster: [{ hostMasterKey: [] }],
  reader: [{ bearer: [] }, { keyturnKey: [] }],
  admin: [{ bearer: [] }, { keyturnKey: [] }],
  caller: [{ bearer: [] }, { keyturnKey: [] }],
};
