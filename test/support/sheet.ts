/** A step of a hand-off sheet, as somebody reads it. */
export interface SheetStep {
  title: string;
  commands: string;
  undo: string | null;
}

/** What stands in the code blocks of a sheet of `keyturn setup`. */
export function readSheet(markdown: string): { before: string; steps: SheetStep[] } {
  const [head = '', ...sections] = markdown.split(/^## /m);
  return {
    before: blocksOf(head)[0] ?? '',
    steps: sections.map((section) => {
      const [commands = '', undo = null] = blocksOf(section);
      return { title: section.split('\n', 1)[0] ?? '', commands, undo };
    }),
  };
}

function blocksOf(text: string): string[] {
  return [...text.matchAll(/^```\w+\n([\s\S]*?)^```/gm)].map(([, lines]) => lines ?? '');
}
