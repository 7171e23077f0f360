import { GraphError, ResponseType, type Client } from '@microsoft/microsoft-graph-client';
import { AppError } from '../../shared/errors.ts';
import { createGraphClient, type GraphClientDeps } from '../../shared/graph/graph-client.ts';
import { recordOf } from './graph-answer.ts';
import type { Change, GraphJson } from './step.ts';

/** Microsoft Graph as whoever is signed in. */
export interface GraphAccess {
  /** Null for what is not there. Throws AppError. */
  get(path: string): Promise<GraphJson | null>;
  /** Throws AppError: `permission_missing` where the person may not, `directory_unavailable` for the rest. */
  change(change: Change): Promise<void>;
}

/** What a new object may still be unknown to: another server of the directory. */
const REPLICATION_TRIES = 5;
const REPLICATION_WAIT_MS = 3_000;

/** Speaks to one cloud's Graph by the rules of the product's own client. */
export function graphAccess(deps: GraphClientDeps): GraphAccess {
  const client = createGraphClient(deps);
  return {
    get: async (path) => {
      try {
        return recordOf(await client.api(path).responseType(ResponseType.JSON).get());
      } catch (error) {
        if (error instanceof GraphError && error.statusCode === 404) return null;
        throw failureOf(error);
      }
    },
    change: async (change) => {
      for (let tries = 1; ; tries += 1) {
        try {
          await send(client, change);
          return;
        } catch (error) {
          if (!isNotThereYet(error) || tries === REPLICATION_TRIES) throw failureOf(error);
          await deps.clock.sleep(REPLICATION_WAIT_MS);
        }
      }
    },
  };
}

async function send(
  client: Client,
  { method, path, body = {}, isUpsert = false }: Change,
): Promise<void> {
  const request = client.api(path).responseType(ResponseType.TEXT);
  if (isUpsert) request.header('Prefer', 'create-if-missing');
  if (method === 'DELETE') await request.delete();
  else if (method === 'PATCH') await request.patch(body);
  else await request.post(body);
}

/** A registration that was made seconds ago is not known everywhere. */
function isNotThereYet(error: unknown): boolean {
  if (!(error instanceof GraphError)) return false;
  return (
    error.statusCode === 404 ||
    (error.statusCode === 400 && /does not reference a valid application/i.test(error.message))
  );
}

function failureOf(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const status = cause instanceof GraphError ? cause.statusCode : -1;
  if (status === 403) {
    return new AppError('permission_missing', 'Microsoft Graph says that you may not (403).', {
      cause,
    });
  }
  if (status < 0) {
    return new AppError('directory_unavailable', 'Microsoft Graph gave no readable answer.', {
      cause,
    });
  }
  // Graph's own text says what it does not like about a request of ours; it holds no secret, for we send none.
  const said = cause instanceof GraphError ? cause.message : '';
  return new AppError(
    'directory_unavailable',
    `Microsoft Graph refused it (${String(status)}): ${said}`,
    { cause },
  );
}
