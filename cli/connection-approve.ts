import { displayText } from '../shared/display-text.ts';
import type { ApiClient } from './api-client.ts';
import { shownConnection, whoWaits } from './connection-text.ts';
import type { ExitCode, Io } from './io.ts';

interface Approved {
  api: ApiClient;
  io: Io;
  id: string;
  values: { user?: string | undefined };
}

/**
 * `keyturn connections approve`: accepts the account that signed in for the first time. It names the account that it has
 * read, so that nobody else slips in between; the installation refuses another one.
 */
export async function approveConnection({ api, io, id, values }: Approved): Promise<ExitCode> {
  const path = `/api/connections/${encodeURIComponent(id)}`;
  const waiting = await api.call({ path, answer: shownConnection });
  if (waiting.status !== 'pendingApproval') {
    io.err(`Nobody waits for approval at ${displayText(id)}.\n`);
    return 2;
  }
  const who = displayText(whoWaits(waiting) ?? 'whoever signed in', 300);
  const objectId = waiting.awaitingApproval?.objectId ?? undefined;
  if (values.user !== undefined && values.user.toLowerCase() !== objectId?.toLowerCase()) {
    io.err(
      `Somebody else waits for approval at ${displayText(id)}: ${who}. Nothing was changed.\n`,
    );
    return 2;
  }
  await api.call({
    method: 'POST',
    path: `${path}/approve`,
    body: objectId === undefined ? {} : { objectId },
    answer: shownConnection,
  });
  io.out(`${displayText(id)} works with this account from now on: ${who}.\n`);
  return 0;
}
