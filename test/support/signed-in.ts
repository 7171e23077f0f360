/** What lets everybody in who sends a Keyturn key, in one role: for tests of what comes after the door. */
export function signedIn(role: 'admin' | 'reader' = 'admin') {
  return {
    settings: { access: { keys: true, audience: null } } as never,
    keys: {
      verify: async () => ({ role, name: 'ops', createdAt: new Date(), expiresAt: new Date() }),
    },
    trail: { act: async () => undefined },
    tokens: { verify: async () => null },
  };
}
