import type { HttpRequest } from '@azure/functions';
import type { ConnectionStore } from '../connections/connection-store.ts';
import { CONNECTION_ID, type Connection } from '../connections/connection.ts';
import { AppError } from '../errors.ts';
import type { Row } from '../storage/table.ts';

/** The connection that the path names. Throws AppError `not_found`. */
export async function connectionOf(
  connections: Pick<ConnectionStore, 'get'>,
  request: HttpRequest,
): Promise<Row<Connection>> {
  const id = request.params['id'] ?? '';
  const row = CONNECTION_ID.test(id) ? await connections.get(id) : null;
  if (row !== null) return row;
  throw new AppError(
    'not_found',
    'There is no connection of this id. GET /api/connections lists them.',
  );
}
