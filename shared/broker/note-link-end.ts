import type { Log } from '../log.ts';
import type { AuthorizationRequest, AuthorizationResult } from './authorization-request.ts';
import type { ConnectLink, ConnectLinks } from './connect-links.ts';

export interface NoteLinkEndDeps {
  connectLinks: Pick<ConnectLinks, 'end'>;
  log: Log;
}

/** Notes how what was begun with a connect link ended, and says so in the log with the name of whoever made the link. */
export async function noteLinkEnd(
  { connectLinks, log }: NoteLinkEndDeps,
  { connectionId, linkHash }: AuthorizationRequest,
  outcome: { result: AuthorizationResult; isUsed: (link: ConnectLink) => boolean },
): Promise<ConnectLink | null> {
  if (linkHash === null) return null;
  const link = await connectLinks.end({ connectionId, linkHash }, outcome);
  log.info(link?.usedAt == null ? 'a connect link was used' : 'a connect link was used up', {
    connectionId,
    issuedBy: link?.issuedBy ?? null,
    result: outcome.result,
  });
  return link;
}
