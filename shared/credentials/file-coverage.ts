import type { ListFacts } from './file-reading.ts';

/** A list that the files show to be cut off. */
export interface CoverageGap {
  file: string;
  reason: string;
}

/**
 * Finds what is missing between files: a next link is answered by the page behind it (`page-2.json` behind
 * `page-1.json`), and `@odata.count` is compared with what all pages of a series hold together. Anything else that says
 * "there is more" is a gap.
 */
export function findGaps(files: { file: string; lists: ListFacts[] }[]): CoverageGap[] {
  const pages = files.flatMap(({ file, lists }) => lists.map((list) => ({ file, list })));
  const byPlace = new Map(pages.map((page) => [placeKey(page, 0), page]));
  const following = (page: Page) =>
    page.list.hasNextLink ? byPlace.get(placeKey(page, 1)) : undefined;
  const gaps: CoverageGap[] = [];
  for (const page of pages) {
    const { file, list } = page;
    if (list.hasNextLink && following(page) === undefined) gaps.push({ file, reason: NEXT_LINK });
    if (list.count === null) continue;
    let held = 0;
    for (let next: Page | undefined = page; next !== undefined; next = following(next)) {
      held += next.list.items;
    }
    if (held < list.count) gaps.push({ file, reason: countReason(held, list.count) });
  }
  return gaps;
}

const NEXT_LINK =
  'it ends with a nextLink: more pages follow that were not exported. Follow @odata.nextLink to the end, or use --all (az) or -All (PowerShell)';

interface Page {
  file: string;
  list: ListFacts;
}

/** Type, series and number: `apps-page-12.json` is number 12 of the series `apps-page-….json`. */
function placeKey({ file, list }: Page, steps: number): string {
  const [, before, number, after] = /^(.*?)(\d{1,9})(\D*)$/s.exec(file) ?? [];
  const place = number === undefined ? [file, steps] : [before, Number(number) + steps, after];
  return JSON.stringify([list.type, ...place]);
}

function countReason(held: number, count: number): string {
  return `it holds ${String(held)} of ${String(count)} items (@odata.count)`;
}
