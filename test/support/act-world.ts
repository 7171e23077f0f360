import './register-nothing.ts';
import { actByLink as actByLinkFunction } from '../../functions/act-by-link.ts';
import { actByLink, lookByLink, type ActDeps } from '../../shared/alerts/act-by-link.ts';
import type { Chosen } from '../../shared/alerts/act-of.ts';
import { createAlertSubjects } from '../../shared/alerts/alert-subjects.ts';
import { createLedger } from '../../shared/alerts/ledger.ts';
import { findingStore } from '../../shared/checks/finding-store.ts';
import type { Finding } from '../../shared/checks/finding.ts';
import {
  createConsumerStore,
  type ConsumerStore,
} from '../../shared/connections/consumer-store.ts';
import type { ApiServices } from '../../shared/http/api-services.ts';
import type { AccessServices } from '../../shared/http/caller.ts';
import { AppError } from '../../shared/errors.ts';
import { createHttp } from '../../shared/http/create-http.ts';
import { alertWorld, finding, LISTS, run, TENANT, type AlertWorld } from './alerts.ts';
import { callHandler, type Answered } from './http-call.ts';
import { tenantsOver } from './tenants.ts';

interface ActWorld {
  alerts: AlertWorld;
  consumers: ConsumerStore;
  /** Keeps these findings, and runs a night over them. */
  night: (findings?: Finding[]) => Promise<void>;
  /** The tokens in the newest mail to somebody, by finding. */
  tokensOf: (address: string) => string[];
  /** `POST /api/act` */
  post: (body: unknown) => Promise<Answered>;
}

/** One installation whose people answer over the links in their mails. */
export function actWorld(): ActWorld {
  const alerts = alertWorld();
  const { clock, memory, acts, actLinks } = alerts;
  const findings = findingStore(memory.open);
  const consumers = createConsumerStore(memory.open);
  const deps: ActDeps = {
    actLinks,
    acts,
    findings,
    listsOf: async () => LISTS,
    consumers,
    ledger: createLedger(memory.open),
    subjects: createAlertSubjects(memory.open),
    deliveries: alerts.waiting,
    domainsOf: async () => ['contoso.example'],
    timeZone: 'Europe/Berlin',
    clock,
  };
  const services: { settings: { timeZone: string; publicUrl: string } } & AccessServices &
    Pick<ApiServices, 'actByLink' | 'broker' | 'clock' | 'lookByLink' | 'tenants'> = {
    settings: {
      timeZone: 'Europe/Berlin',
      publicUrl: 'https://keyturn.example',
      access: { keys: true, audience: null },
    },
    keys: { verify: async () => null },
    tokens: { verify: async () => null },
    trail: { act: async () => undefined },
    clock,
    tenants: tenantsOver({ openTable: memory.open, clock }),
    broker: () => Promise.reject(new AppError('not_configured', 'There is no vault.')),
    lookByLink: (token: string) => lookByLink(deps, token),
    actByLink: (token: string, chosen: Chosen) => actByLink(deps, token, chosen),
  };
  const { http } = createHttp<typeof services>(async () => ({ ok: true, services }));
  const handler = http(actByLinkFunction, 'actByLink');
  let nights = 0;
  return {
    alerts,
    consumers,
    night: async (found = [finding()]) => {
      nights += 1;
      await findings.record({
        tenantId: TENANT,
        findings: found,
        at: clock.now(),
        closeOthers: true,
        ownersRead: () => true,
      });
      await alerts.night(run({ runId: `run-${nights}`, nightId: `night-${nights}` }), found);
    },
    tokensOf: (address) => {
      const mail = alerts.mail.accepted.findLast((one) => one.address === address);
      return [...(mail?.links?.values() ?? [])].map((link) => new URL(link).hash.slice(1));
    },
    post: (body) => callHandler(handler, { method: 'POST', path: '/api/act', body }),
  };
}
