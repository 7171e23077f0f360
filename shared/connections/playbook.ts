/** A text in which what matters is strong. */
export type StepText = readonly (string | { strong: string })[];

/** What somebody does in a system when a secret that it holds was replaced. */
export interface Playbook {
  id: string;
  /** The systems that it is for, as people call them. */
  systems: readonly string[];
  steps: StepText[];
}

/**
 * The playbook for a system by its name, however people wrote it: the one with the longest name that stands in the text
 * as whole words. In "SmartConnect → Business Central" the secret is where the arrow starts. Null when none fits.
 */
export function findPlaybook(playbooks: readonly Playbook[], system: string): Playbook | null {
  const [caller = '', ...rest] = system.split('→');
  return bestOf(playbooks, caller) ?? bestOf(playbooks, rest.join(' '));
}

function bestOf(playbooks: readonly Playbook[], text: string): Playbook | null {
  const words = wordsOf(text);
  let best: Playbook | null = null;
  let bestLength = 0;
  for (const playbook of playbooks) {
    for (const name of playbook.systems) {
      const wanted = wordsOf(name);
      if (wanted.length <= bestLength || !words.includes(wanted)) continue;
      best = playbook;
      bestLength = wanted.length;
    }
  }
  return best;
}

/** " azure devops ": words only, so that one text stands in another as whole words or not at all. */
function wordsOf(text: string): string {
  const words = text.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return ` ${words.filter((word) => word !== '').join(' ')} `;
}
