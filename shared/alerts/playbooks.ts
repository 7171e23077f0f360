import type { AlertItem } from './alert-item.ts';
import type { Line } from './mail-document.ts';

/** What somebody does in a system when a secret that it holds was replaced. */
interface PlaybookSteps {
  /** Two systems with one id have the same steps. */
  id: string;
  steps: readonly Line[];
}

/** Steps by the name of a system, as consumers carry it. */
export type Playbooks = Readonly<Record<string, PlaybookSteps>>;

/** The systems that a message about these items needs steps for. */
export function systemsOf(
  items: readonly Pick<AlertItem, 'consumers' | 'recordedConsumers'>[],
): string[] {
  const systems = items.flatMap(({ consumers, recordedConsumers }) =>
    [...recordedConsumers, ...consumers].map(({ system }) => system),
  );
  return [...new Set(systems)];
}
