const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

/** `1,203` */
export function numberText(value: number): string {
  return grouped.format(value);
}

/** `1 day`, `2 days` */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${numberText(value)} ${value === 1 ? one : many}`;
}
