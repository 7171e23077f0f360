import { z } from 'zod';
import { authorizationResultSchema } from '../broker/authorization-request.ts';
import type { OpenTable, Row } from '../storage/table.ts';

/** How a visit to the page for consent ended, as the page after it says it. */
const onboardingResultSchema = z.enum([
  ...authorizationResultSchema.options,
  /** The tenant was read. */
  'tenantWatched',
  /** Somebody says that it was agreed to; it does not show yet. */
  'tenantAgreed',
]);
export type OnboardingResult = z.infer<typeof onboardingResultSchema>;

/** One visit to the page for consent, kept by the SHA-256 of its state; of no other purpose (security rule 13). */
const onboardingStateSchema = z.object({
  tenantId: z.string(),
  instance: z.string(),
  linkHash: z.string(),
  /** SHA-256 of the cookie's value: the browser that began is the one that may end it. */
  cookieHash: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  /** Somebody came back with it; nobody else may. */
  usedAt: z.iso.datetime().nullable(),
  result: onboardingResultSchema.nullable(),
});
export type OnboardingState = z.infer<typeof onboardingStateSchema>;

export interface OnboardingStates {
  add(stateHash: string, state: OnboardingState): Promise<boolean>;
  get(stateHash: string): Promise<Row<OnboardingState> | null>;
  /** False when somebody else was faster. */
  replace(current: Row<OnboardingState>, state: OnboardingState): Promise<boolean>;
}

const PARTITION = 'states';

/** Over table `tenantconsents`. */
export function createOnboardingStates(openTable: OpenTable): OnboardingStates {
  const table = openTable('tenantconsents', onboardingStateSchema);
  return {
    add: (stateHash, state) => table.insert(PARTITION, stateHash, state),
    get: (stateHash) => table.get(PARTITION, stateHash),
    replace: (current, state) => table.replace(current, state),
  };
}
