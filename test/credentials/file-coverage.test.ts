import { describe, expect, it } from 'vitest';
import { findGaps } from '../../shared/credentials/file-coverage.ts';
import type { ListFacts } from '../../shared/credentials/file-reading.ts';

function page(file: string, facts: Partial<ListFacts> = {}) {
  const list: ListFacts = { type: 'application', items: 10, count: null, hasNextLink: false };
  return { file, lists: [{ ...list, ...facts }] };
}

describe('findGaps', () => {
  it('finds nothing missing in lists that end', () => {
    expect(findGaps([page('a.json'), page('b.json')])).toEqual([]);
  });

  it('reports a next link that nobody followed', () => {
    expect(findGaps([page('apps.json', { hasNextLink: true })])).toEqual([
      { file: 'apps.json', reason: expect.stringContaining('nextLink') as string },
    ]);
  });

  it('accepts a next link that the next file of the series answers', () => {
    const pages = [page('p-9.json', { hasNextLink: true }), page('p-10.json')];
    expect(findGaps(pages)).toEqual([]);
  });

  it('reports a page that is missing in the middle of a series', () => {
    const pages = [page('p1.json', { hasNextLink: true }), page('p3.json')];
    expect(findGaps(pages).map(({ file }) => file)).toEqual(['p1.json']);
  });

  it('does not take a page of another list for the next one', () => {
    const pages = [
      page('p1.json', { hasNextLink: true }),
      page('p2.json', { type: 'servicePrincipal' }),
    ];
    expect(findGaps(pages)).toHaveLength(1);
  });

  it('compares @odata.count with what the pages of the series hold together', () => {
    const first = page('p1.json', { hasNextLink: true, count: 20 });
    expect(findGaps([first, page('p2.json')])).toEqual([]);
    expect(findGaps([first, page('p2.json', { items: 9 })])).toEqual([
      { file: 'p1.json', reason: 'it holds 19 of 20 items (@odata.count)' },
    ]);
  });

  it('does not let another export hide what is missing', () => {
    const pages = [
      page('tenant1.json', { items: 3, count: 5 }),
      page('tenant2.json', { items: 9 }),
    ];
    expect(findGaps(pages).map(({ file }) => file)).toEqual(['tenant1.json']);
  });
});
