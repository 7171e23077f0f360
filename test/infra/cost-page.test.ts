import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listIn, only, template } from '../support/arm-template.ts';

const page = readFileSync(new URL('../../docs/cost.md', import.meta.url), 'utf8');
const clouds = JSON.parse(
  readFileSync(new URL('../../infra/clouds.json', import.meta.url), 'utf8'),
) as { public: { availabilityLocations: string[] } };

const NUMBER = String.raw`\d+(?:\.\d+)?`;
const UNIT = String.raw`(?: (?:s|h|GB|places|an hour|hours|runs|a day))*`;
const PRODUCT = new RegExp(
  String.raw`${NUMBER}${UNIT}(?: [×+] ${NUMBER}${UNIT})+ = ${NUMBER}`,
  'g',
);

/** "5 × 0.50 = 2.50" as [5 × 0.50, 2.50]. */
function sums(): { text: string; left: number; right: number; digits: number }[] {
  return [...page.matchAll(PRODUCT)].map(([text]) => {
    const [formula = '', result = ''] = text.split(' = ');
    const isSum = formula.includes('+');
    const numbers = formula.split(/[×+]/).map((part) => Number.parseFloat(part));
    const left = numbers.reduce((total, number) => (isSum ? total + number : total * number));
    return { text, left, right: Number(result), digits: result.split('.')[1]?.length ?? 0 };
  });
}

describe('the page on cost', () => {
  it('adds up', () => {
    expect(sums().length).toBeGreaterThan(15);
    for (const { text, left, right, digits } of sums())
      expect(Number(left.toFixed(digits)), text).toBe(right);
  });

  it('carries each result into the last column', () => {
    for (const line of page.split('\n').filter((line) => /^\|.* = [\d.]+ +\|/.test(line))) {
      const [, result] = / = ([\d.]+) +\|[^|]*\|$/.exec(line) ?? [];
      expect(line.split('|').at(-2)?.replaceAll('*', '').trim(), line).toBe(result);
    }
  });

  it('counts what the template makes', () => {
    const alerts = only('Microsoft.Insights/scheduledQueryRules');
    const rules = listIn(alerts, 'rules');
    expect(page).toContain(`Alert rules: ${rules.length}, evaluated every 15 minutes`);
    expect(alerts.body.properties).toMatchObject({ evaluationFrequency: 'PT15M' });
    const test = only('Microsoft.Insights/webtests').body.properties ?? {};
    const anHour = 3600 / Number(test['Frequency']);
    const places = clouds.public.availabilityLocations.length;
    expect(page).toContain(`${places} places × ${anHour} an hour × 730 hours = 5840 calls`);
    const endpoints = only('Microsoft.Network/privateEndpoints').around ?? only('none');
    const count = (name: string) => listIn(endpoints, name).length;
    expect(page).toContain(`${count('wanted')} private endpoints`);
    expect(page).toContain(`${count('kinds')} DNS zones`);
    expect(template.parameters['instanceMemoryMB']?.defaultValue).toBe(2048);
    expect(template.parameters['logDailyQuotaGb']?.defaultValue).toBe(1);
    expect(template.parameters['alwaysReadyHttp']?.defaultValue).toBe(0);
  });
});
