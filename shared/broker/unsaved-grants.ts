/** Refresh tokens that a provider gave and storage did not take; this process tries again to keep them. */
export interface UnsavedGrants {
  /** The newest refresh token of this consent that is not in the state yet, or null. */
  get(grantId: string | null): string | null;
  set(grantId: string | null, refreshToken: string): void;
  clear(grantId: string | null): void;
}

/** In memory only: where a provider revokes on use, a process that dies now takes the grant with it (docs/security.md). */
export function unsavedGrants(): UnsavedGrants {
  const tokens = new Map<string, string>();
  return {
    get: (grantId) => (grantId === null ? null : (tokens.get(grantId) ?? null)),
    set: (grantId, refreshToken) => {
      if (grantId !== null) tokens.set(grantId, refreshToken);
    },
    clear: (grantId) => {
      if (grantId !== null) tokens.delete(grantId);
    },
  };
}
