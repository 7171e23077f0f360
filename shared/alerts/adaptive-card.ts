/**
 * The few elements of Adaptive Cards 1.4 that our cards are made of (adaptivecards.io, "Schema Explorer"). Texts are
 * TextRuns, which show Markdown as it is written; only {@link harmless} may make one, whoever chose the words.
 */
export interface TextRun {
  type: 'TextRun';
  text: string;
  weight?: 'Bolder';
  color?: 'Attention' | 'Warning' | 'Accent';
  size?: 'Small' | 'Medium' | 'Large';
  isSubtle?: true;
}

export interface OpenUrl {
  type: 'Action.OpenUrl';
  title: string;
  url: string;
}

interface RichTextBlock {
  type: 'RichTextBlock';
  inlines: TextRun[];
  spacing?: 'None' | 'Small' | 'Medium' | 'Large';
  separator?: true;
}

interface ActionSet {
  type: 'ActionSet';
  actions: OpenUrl[];
}

interface Container {
  type: 'Container';
  items: (RichTextBlock | ActionSet)[];
  spacing: 'Medium' | 'Large';
  separator: true;
}

export type CardElement = RichTextBlock | ActionSet | Container;

export interface AdaptiveCard {
  body: CardElement[];
  actions: OpenUrl[];
  /** For programs that cannot show cards, and for the preview in a notification. */
  fallbackText: string;
}

export function run(text: string, looks: Omit<TextRun, 'type' | 'text'> = {}): TextRun {
  return { type: 'TextRun', text: harmless(text), ...looks };
}

export function paragraph(
  inlines: TextRun[],
  looks: Pick<RichTextBlock, 'spacing' | 'separator'> = {},
): RichTextBlock {
  return { type: 'RichTextBlock', inlines, ...looks };
}

export function openUrl(title: string, url: string): OpenUrl {
  return { type: 'Action.OpenUrl', title: harmless(title), url };
}

/**
 * The body that a workflow with the trigger "When a Teams webhook request is received" takes (Microsoft Learn, "Create
 * and send messages"), as JSON.
 */
export function teamsMessage({ body, actions, fallbackText }: AdaptiveCard): string {
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    fallbackText: harmless(fallbackText),
    body,
    ...(actions.length > 0 ? { actions } : {}),
  };
  const contentType = 'application/vnd.microsoft.card.adaptive';
  return JSON.stringify({
    type: 'message',
    attachments: [{ contentType, contentUrl: null, content }],
  });
}

/**
 * Breaks what a card, Teams or a flow would take for more than text: `{{DATE(…)}}`, `${…}` and `@{…}`, `<at>` and other
 * tags, a link in Markdown. The break is a zero-width space.
 */
function harmless(text: string): string {
  return text.replaceAll(SPECIAL, (start) => `${start}\u200B`);
}

const SPECIAL = /[{$@](?=\{)|<(?=[/!?A-Za-z])|\](?=\()/g;
