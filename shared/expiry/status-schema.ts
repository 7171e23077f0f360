import { z } from 'zod';
import type { CredentialStatus } from './status.ts';
import type { Supersession } from './supersession.ts';

/** The words of status.ts and supersession.ts, as they are kept and shown. */
export const statusSchema = z.enum([
  'expired',
  'expiring',
  'ok',
  'notYetValid',
  'neverExpires',
  'unknownExpiry',
]) satisfies z.ZodType<CredentialStatus>;

export const supersessionSchema = z.enum([
  'none',
  'replacementUnproven',
  'replacementInUse',
]) satisfies z.ZodType<Supersession>;
