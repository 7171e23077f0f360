import { describe, expect, it } from 'vitest';
import { ERROR_RULES, ruleOfCodes } from '../../shared/explain/find-rule.ts';
import type { ConnectionStatus } from '../../shared/explain/rule.ts';

/** The table of design §5, by the numbers and words that it names. */
const STATUS_OF: Record<ConnectionStatus, string[]> = {
  appCredentialBroken: ['7000222', '7000215', '50012', '700027', 'invalid_client'],
  reauthorizationRequired: [
    '700082',
    '70008',
    '50173',
    '70043',
    '70000',
    '9002313',
    '50076',
    '50078',
    '50079',
    '700084',
    'invalid_grant',
  ],
  adminActionRequired: [
    '53003',
    '530032',
    '90094',
    '65001',
    '50105',
    '50057',
    '50053',
    '7000112',
    '50126',
  ],
  misconfigured: [
    '700016',
    '90002',
    '500011',
    '50011',
    '50020',
    '90072',
    '700025',
    '7000218',
    'invalid_request',
  ],
  degraded: ['90033', '50196', '429', '500', '502', '503', '504', 'temporarily_unavailable'],
};

describe('the table of errors', () => {
  it.each(Object.entries(STATUS_OF))(
    'gives the status %s to what the design lists',
    (status, codes) => {
      for (const code of codes)
        expect([code, ruleOfCodes([code])?.rule.status]).toEqual([code, status]);
    },
  );

  it('holds every code once', () => {
    const codes = ERROR_RULES.flatMap((rule) => rule.codes);
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  });

  it('says for every error what happened, what it is about and what to do', () => {
    for (const { codes, title, cause, about, steps } of ERROR_RULES) {
      for (const text of [title, cause, about, ...steps])
        expect(text, codes[0]).toMatch(/^\S.*\S$/s);
      expect(steps.length, codes[0]).toBeGreaterThan(0);
    }
  });

  it('uses the words that people know', () => {
    for (const { codes, title, cause, about, steps } of ERROR_RULES)
      for (const text of [title, cause, about, ...steps])
        expect(text, codes[0]).not.toMatch(/\b(?:rotat|renew|grant|finding|0 days left|rotation)/i);
  });

  it('lets the specific one of several codes decide, wherever it stands', () => {
    expect(ruleOfCodes(['70002', '700082'])?.code).toBe('700082');
    expect(ruleOfCodes(['700082', '70002'])?.code).toBe('700082');
    expect(ruleOfCodes(['70002', '500133', 'invalid_grant'])?.code).toBe('500133');
    expect(ruleOfCodes(['70002', 'invalid_client'])?.code).toBe('70002');
    expect(ruleOfCodes(['50196', 'invalid_grant'])?.rule.status).toBe('degraded');
    expect(ruleOfCodes(['1', 'constructor', '__proto__'])).toBeNull();
  });
});
