import type { Client } from '@microsoft/microsoft-graph-client';
import { graphMailNotifier } from '../alerts/graph-mail-notifier.ts';
import type { Notifier } from '../alerts/notifier.ts';
import { smtpMailNotifier } from '../alerts/smtp-mail-notifier.ts';
import { standardWebhookNotifier } from '../alerts/standard-webhook-notifier.ts';
import { teamsWorkflowNotifier } from '../alerts/teams-workflow-notifier.ts';
import type { Clock } from '../clock.ts';
import { createEgress } from '../egress.ts';
import type { Settings } from '../settings.ts';

/** The ways to people that the settings name, in the order in which they stand in for each other. */
export function notifiersOf(
  settings: Settings,
  { client, clock }: { client: Client; clock: Clock },
): Notifier[] {
  const { timeZone, cloud, publicUrl, mail, teams, webhook, allowedHosts } = settings;
  const words = { timeZone, portalUrl: cloud.portalUrl, publicUrl };
  const egress = createEgress({ allowedHosts });
  return [
    ...(mail.transport === 'graph'
      ? [graphMailNotifier({ client, from: mail.from, clock, words })]
      : []),
    ...(mail.transport === 'smtp' ? [smtpMailNotifier({ ...mail, clock, words })] : []),
    ...(teams === null ? [] : [teamsWorkflowNotifier({ egress, url: teams.url, clock, words })]),
    ...(webhook === null ? [] : [standardWebhookNotifier({ ...webhook, egress, clock, words })]),
  ];
}
