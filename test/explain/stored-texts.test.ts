import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { explainText } from '../../shared/explain/explain-text.ts';

/**
 * What each of the collected texts must lead to: code, status word, and something that the explanation has to say. The
 * collection stands beside the checkout and is no part of it; without it these tests say so and are skipped.
 */
const DATA = new URL('../../../shared/data/', import.meta.url);

type Outcome = [code: string | null, status: string | null, says: RegExp];

const OUTCOMES: Record<string, Record<string, Outcome>> = {
  'token-errors': {
    '060': ['AADSTS7000222', 'appCredentialBroken', /secret has ended.*create a new secret/s],
    '061': ['AADSTS7000222', 'appCredentialBroken', /a65bb41c-e6ae-4b29-a81f-6436001eb579/],
    '062': ['AADSTS7000215', 'appCredentialBroken', /f1304010-18ea.*not the Secret ID/s],
    '063': ['AADSTS7000215', 'appCredentialBroken', /deleted/],
    '064': ['AADSTS7000215', 'appCredentialBroken', /954bbdf2-0202-44bd-9464-4013063755ba/],
    '066': ['AADSTS50173', 'reauthorizationRequired', /2021-10-29 17:06.*Sign in again/s],
    '067': ['AADSTS700082', 'reauthorizationRequired', /2023-02-06/],
    '068': [
      'AADSTS65001',
      'adminActionRequired',
      /http:\/\/TestSpWithCert.*administrator consent/s,
    ],
    '069': ['AADSTS50076', 'reauthorizationRequired', /MFA/],
    '071': ['AADSTS50076', 'reauthorizationRequired', /00000-0000-0000-0000-0000000000/],
    '072': ['AADSTS53003', 'adminActionRequired', /de813303-5ab1-c4f1-f7cf-8045757b2610/],
    '074': ['AADSTS90002', 'misconfigured', /12345678-1234-1234-1234-123456789012/],
    '075': ['AADSTS90002', 'misconfigured', /"tenant":"test"/],
    '076': ['AADSTS700016', 'misconfigured', /d4787691-a975-4524-907a-9c47730add53.*Contoso/s],
    '077': ['AADSTS700016', 'misconfigured', /b6ed90d9-c333-43c7-a1ad-b22db8cbeac0/],
    '079': ['AADSTS500011', 'misconfigured', /outlook\.office365\.com\/ecp\/reporting.*xyz comp/s],
    '080': ['AADSTS700027', 'appCredentialBroken', /2dec7849-d871.*Upload the public part/s],
    '081': ['AADSTS5002738', 'appCredentialBroken', /RSA.*ES384/s],
    '083': ['AADSTS7000112', 'adminActionRequired', /contoso-azuread-connector \(f4d6e209/],
    '084': ['AADSTS7000112', 'adminActionRequired', /Status Helper.*31c72cc9-1f6f/s],
    '086': ['AADSTS90033', 'degraded', /try again/],
    '087': [null, 'degraded', /HTTP 502, 503 and 504/],
    '089': ['AADSTS90072', 'misconfigured', /guest/],
    '090': ['AADSTS50126', 'adminActionRequired', /locked.*11bfd4d0-a340/s],
    '092': ['AADSTS700084', 'reauthorizationRequired', /"Web\\"/],
    '093': ['AADSTS50196', 'degraded', /five to ten minutes/],
    '094': ['AADSTS50011', 'misconfigured', /1111111-aaaa-2222-bbbb-333333333333/],
  },
  'graph-errors': {
    '052': ['Authorization_RequestDenied', 'adminActionRequired', /Application\.Read\.All/],
    '053': ['Request_ResourceNotFound', null, /f687751f-ad53.*skip this object/s],
    '054': ['TooManyRequests', 'degraded', /Wait 3 seconds/],
  },
  'business-central': {
    '098': ['Authentication_InvalidCredentials', 'adminActionRequired', /aa78f34e-[\da-f-]+"/],
    '099': ['Authentication_InvalidCredentials', 'adminActionRequired', /access keys no longer/],
    '100': ['Unauthorized', 'misconfigured', /api\.businesscentral\.dynamics\.com/],
    '102': ['BadRequest_NotFound', 'misconfigured', /token is fine/],
    '103': ['RequestDataInvalid', 'misconfigured', /environment/],
    '104': [null, null, /not an error.*testlabs\.financials\.dynamics\.com/s],
  },
  keyvault: {
    '106': ['ForbiddenByRbac', null, /Key Vault Secrets User.*contoso-kv-1011.*8ac90f97/s],
    '107': ['ForbiddenByRbac', null, /5XXXXXXXXa/],
    '109': ['SecretNotFound', null, /backupRestoreSecretName-canrecover/],
    '111': ['ObjectIsDeletedButRecoverable', null, /bc-client-secret.*Recover/s],
  },
  'graph-sendmail': {
    '115': ['ErrorAccessDenied', null, /another way/],
    '116': ['MailboxNotEnabledForRESTAPI', null, /mailbox/],
    '117': ['NoPermissionsInAccessToken', null, /Mail\.Send.*administrator consent/s],
  },
  webhooks: {
    '119': ['TeamsConnector400', null, /Do not send the same card again/],
    '120': ['TeamsConnector413', null, /Shorten the card/],
    '121': ['WorkflowTriggerIsNotEnabled', null, /turn it on/],
    '122': ['DirectApiAuthorizationRequired', null, /incomplete/],
    '124': ['InvalidApiVersionParameter', null, /api-version/],
  },
};

/** In these folders every text is an error; in the others only those that are listed above. */
const ALL_ARE_ERRORS = ['token-errors', 'graph-errors', 'graph-sendmail', 'webhooks'];
const isThere = existsSync(DATA);
if (!isThere) console.warn(`skipped: the collected texts are not at ${DATA.pathname}`);

describe.skipIf(!isThere)('the collected error texts', () => {
  const cases = Object.entries(OUTCOMES).flatMap(([folder, outcomes]) => {
    const files = isThere ? readdirSync(new URL(`${folder}/`, DATA)) : [];
    return Object.entries(outcomes).map(([number, outcome]) => ({
      file: `${folder}/${files.find((name) => name.startsWith(number)) ?? number}`,
      outcome,
    }));
  });

  it.each(cases)('explains $file', ({ file, outcome: [code, status, says] }) => {
    const result = explainText(readFileSync(new URL(file, DATA), 'utf8'));
    if (!result.isRecognised) throw new Error('not recognised');
    const { explanation } = result;
    expect({ code: explanation.code, status: explanation.status }).toEqual({ code, status });
    expect(JSON.stringify(explanation)).toMatch(says);
    expect(explanation.steps.length).toBeGreaterThan(0);
  });

  it.each(ALL_ARE_ERRORS)('leaves no text of %s without an expected outcome', (folder) => {
    const numbers = readdirSync(new URL(`${folder}/`, DATA)).map((name) => name.slice(0, 3));
    expect(numbers.filter((number) => OUTCOMES[folder]?.[number] === undefined)).toEqual([]);
  });

  it('repeats no secret of an answer that was pasted by mistake', () => {
    for (const file of readdirSync(new URL('applications/', DATA))) {
      const text = readFileSync(new URL(`applications/${file}`, DATA), 'utf8');
      const secret = /"secretText"\s*:\s*"((?:[^"\\]|\\.)+)"/.exec(text)?.[1];
      if (secret === undefined) continue;
      const printed = JSON.stringify(explainText(text));
      expect(printed).not.toContain(secret);
      expect(printed).toContain('secret or a token');
    }
  });
});
