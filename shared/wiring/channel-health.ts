import type { ChannelState, ChannelStates } from '../alerts/channel-states.ts';
import { MAIL, TEAMS, WEBHOOK } from '../alerts/scopes.ts';
import type { ChannelSettings } from '../settings/channel-settings.ts';

/** A way to people: whether it is set up, and how it did last. Holds no address and no secret. */
export interface ChannelHealth extends ChannelState {
  state: 'on' | 'off';
  /** What will go wrong with it, and what to do; null where nothing is known. */
  warning: string | null;
}

export async function channelHealth(
  { mail, teams, webhook }: ChannelSettings,
  states: Pick<ChannelStates, 'of'>,
): Promise<ChannelHealth[]> {
  const isOn = {
    [MAIL]: mail.transport !== 'none',
    [TEAMS]: teams !== null,
    [WEBHOOK]: webhook !== null,
  };
  return Promise.all(
    Object.entries(isOn).map(async ([channel, on]) => ({
      ...(await states.of(channel)),
      state: on ? 'on' : 'off',
      warning: channelWarning({ teams }, channel),
    })),
  );
}

/** What will go wrong with a channel although it is set up, and what to do; null where nothing is known. */
export function channelWarning(
  { teams }: Pick<ChannelSettings, 'teams'>,
  channel: string,
): string | null {
  return channel === TEAMS && teams?.isRetired === true ? RETIRED : null;
}

/** Microsoft 365 Developer Blog, "Retirement of Office 365 connectors within Microsoft Teams". */
const RETIRED =
  'KEYTURN_TEAMS_WEBHOOK_URL is on logic.azure.com, whose addresses were switched off on 30 November 2025. Open the workflow in Teams, copy its new address, and run keyturn test-alert teams.';
