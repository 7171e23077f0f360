import { findPlaybook, type Playbook } from './playbook.ts';
import { GENERIC, shippedPlaybooks } from './shipped-playbooks.ts';

/**
 * The playbook of each system, by the system's name as it was asked for. An operator's own goes before those that come
 * with Keyturn; a system that none fits has the generic one.
 */
export function playbooksOf(
  systems: readonly string[],
  own: readonly Playbook[],
): Record<string, Pick<Playbook, 'id' | 'steps'>> {
  const shipped = shippedPlaybooks();
  const generic = shipped.find(({ id }) => id === GENERIC);
  return Object.fromEntries(
    systems.flatMap((system) => {
      const found = findPlaybook(own, system) ?? findPlaybook(shipped, system) ?? generic;
      return found === undefined ? [] : [[system, { id: found.id, steps: found.steps }]];
    }),
  );
}
