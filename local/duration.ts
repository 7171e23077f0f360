const grammar =
  /^P(?=\d|T\d)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?)?$/;

const unitsMs = [7 * 86_400_000, 86_400_000, 3_600_000, 60_000, 1000];

/**
 * Milliseconds of an ISO 8601 duration such as `PT24H`, `P60D` or `P1DT2H`. Null for anything else, years and months
 * included: they have no fixed length.
 */
export function durationMs(text: string): number | null {
  const match = grammar.exec(text);
  if (match === null) return null;
  let total = 0;
  for (const [i, unitMs] of unitsMs.entries())
    total += Number((match[i + 1] ?? '0').replace(',', '.')) * unitMs;
  return Math.round(total);
}
