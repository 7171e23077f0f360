import { AppError } from '../errors.ts';
import type { CredentialSource } from './credential-source.ts';

/** A part of what is read about a tenant, and the list that is unread where it breaks. */
export interface SourcePart {
  list: string;
  source: CredentialSource;
}

/**
 * Reads several sources one after the other. One that breaks its promise and throws leaves its own list incomplete, and
 * the others are read all the same; only `storage_unavailable` goes on, because then the whole check is repeated.
 */
export function combinedSource(parts: readonly SourcePart[]): CredentialSource {
  return {
    read: async function* read() {
      for (const { list, source } of parts) {
        try {
          yield* source.read();
        } catch (error) {
          if (error instanceof AppError && error.code === 'storage_unavailable') throw error;
          const why = error instanceof AppError ? error.message : 'The log of this app says more.';
          yield { kind: 'incomplete', list, reason: `Keyturn could not read ${list}. ${why}` };
        }
      }
    },
  };
}
