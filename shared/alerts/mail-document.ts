/**
 * What a mail says, before it is HTML or text. Names in it are made harmless already (mail-names.ts); each renderer
 * still encodes for its own format.
 */
export interface MailDocument {
  subject: string;
  heading: string;
  intro: Line[];
  sections: Section[];
  footer: Line[];
}

export interface Section {
  /** Null where the mail is about one tenant only. */
  title: string | null;
  cards: Card[];
  /** What did not fit, counted: "and 12 more". */
  more: string | null;
}

/** One credential. */
export interface Card {
  title: string;
  when: string;
  tone: 'ended' | 'soon' | 'later';
  facts: { label: string; value: string }[];
  notice: Line | null;
  steps: Line[];
  /** How to do the step that takes a new value somewhere, place by place. */
  places?: Place[];
  link: { label: string; url: string } | null;
  /** Where this recipient can answer. */
  answer?: { label: string; url: string } | null;
  notes: string[];
}

/** Places in which the same has to be done. */
export interface Place {
  titles: Line[];
  steps: readonly Line[];
}

/** A sentence; what matters in it is strong. */
export type Line = readonly (string | { strong: string })[];

/**
 * Builds a line from a template: `line\`Copy its ${strong('Value')}\``.
 */
export function line(
  texts: TemplateStringsArray,
  ...values: readonly (string | { strong: string })[]
): Line {
  return texts.flatMap((text, index) => [text, ...values.slice(index, index + 1)]);
}

export function strong(text: string): { strong: string } {
  return { strong: text };
}
