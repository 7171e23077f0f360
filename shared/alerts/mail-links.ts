import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { mapLimited } from '../map-limited.ts';
import type { ActLinks } from './act-links.ts';
import type { AlertItem } from './alert-item.ts';
import { MAX_CARDS, nearestFirst } from './item-order.ts';
import { linkKey, type AlertMessage } from './notifier.ts';
import { ALL_TENANTS } from './scopes.ts';

export interface MailLinksDeps {
  actLinks: Pick<ActLinks, 'create'>;
  /** Origin of this installation: links are made from it, never from a request. */
  publicUrl: string;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

/**
 * Makes the links of one mail: one for each warning that is written out, and only where it goes to the people whom it
 * is for. Their hashes are stored before the mail leaves; the tokens are in the mail alone, in the fragment, which no
 * browser sends. A mail without links is still a warning, so trouble here leaves them out.
 */
export async function mailLinks(
  { actLinks, publicUrl, clock, log }: MailLinksDeps,
  { id, address, scope, items }: AlertMessage,
): Promise<ReadonlyMap<string, string>> {
  const answered = nearestFirst(items, clock.now())
    .slice(0, MAX_CARDS)
    .filter((item) => isForThem(item, scope));
  try {
    const links = await mapLimited(answered, AT_ONCE, async (item): Promise<[string, string]> => {
      const { tenantId, tenantName, findingId, expiresAt, reason } = item;
      const link = { tenantId, tenantName, findingId, expiresAt, address, reason };
      const token = await actLinks.create(link);
      return [linkKey(item), new URL(`/act#${token}`, publicUrl).href];
    });
    return new Map(links);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.warn('a mail goes out without its links', { messageId: id, reason });
    return new Map();
  }
}

const AT_ONCE = 8;

function isForThem({ kind, tenantId }: AlertItem, scope: string): boolean {
  const isAsked = kind === 'ends' || kind === 'asked';
  return isAsked && (scope === ALL_TENANTS || scope === tenantId);
}
