import { z } from 'zod';
import type { Run } from '../checks/run.ts';
import type { OpenTable, Row } from '../storage/table.ts';
import { hashOf } from './ledger-keys.ts';
import { reportItemSchema } from './report-item.ts';

/** `coverage`: not everything was read, or it is not believed. `names`: all was read, and something in it is blank. */
const troubleKindSchema = z.enum(['coverage', 'names']);
export type TroubleKind = z.infer<typeof troubleKindSchema>;

/** What is wrong with the watching of one tenant, or was until it ended: kept so that operations hear of it once. */
const troubleSchema = z.object({
  tenantId: z.string(),
  kind: troubleKindSchema,
  isOpen: z.boolean(),
  /** Of status and reasons without their numbers: another one is another trouble. */
  signature: z.string(),
  reasons: z.array(z.string()),
  since: z.string(),
  /** The run that changed it last; older ones have nothing to say any more. */
  runId: z.string(),
  /** Whether operations may have heard of it, so that its end is news. */
  wasTold: z.boolean(),
  /** What is to be told about it and may not be planned yet: written first, then planned, then cleared. */
  untold: z.object({ id: z.string(), nightId: z.string(), item: reportItemSchema }).nullable(),
});
export type Trouble = z.infer<typeof troubleSchema>;

export interface TroubleStore {
  get(tenantId: string, kind: TroubleKind): Promise<Row<Trouble> | null>;
  /** Writes over what was read, or creates; false when somebody else was faster. */
  write(current: Row<Trouble> | null, trouble: Trouble): Promise<boolean>;
  all(): AsyncIterable<Trouble>;
}

/** Troubles over table `troubles`, partition = tenant, row = kind. */
export function troubleStore(openTable: OpenTable): TroubleStore {
  const table = openTable('troubles', troubleSchema);
  return {
    get: (tenantId, kind) => table.get(tenantId, kind),
    write: (current, trouble) =>
      current === null
        ? table.insert(trouble.tenantId, trouble.kind, trouble)
        : table.replace(current, trouble),
    all: async function* all() {
      for await (const { value } of table.all()) yield value;
    },
  };
}

/** The same for two runs with the same trouble, whatever they counted and whichever ids they name. */
export function signatureOf({ status, reasons }: Pick<Run, 'status' | 'reasons'>): string {
  const plain = reasons.map((reason) => reason.replaceAll(GUID, '').replaceAll(NUMBER, '#'));
  return hashOf([status, ...plain.toSorted()]);
}

const GUID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/gi;
const NUMBER = /\d+(?:[.,]\d+)*/g;
