/**
 * The fixed facts of the seeded installation: what the local host puts into the product's settings and what the
 * emulators know without being told. Ids are made up; names are of the reserved domain .example (RFC 2606).
 */
export const installation = {
  tenantId: '7c0a9c7e-5d1b-4c39-9a53-0d1f0c0ffee0',
  organizationName: 'Contoso',
  verifiedDomain: 'contoso.example',
  /** User-assigned managed identities: who reads the directory and mails, and who holds grants. */
  identities: {
    monitor: {
      clientId: '3f6f2f0a-6a3e-4d0b-8f0e-6d6f6e69746f',
      objectId: '9d1c4b52-0f5a-4f0c-a7c1-0a6d6f6e6974',
    },
    broker: {
      clientId: 'b40c3e55-2c8d-4b1f-9b7a-0062726f6b65',
      objectId: '5e2a7d18-33b6-4a40-8d0b-0a62726f6b72',
    },
  },
  /** The value that App Service would put into IDENTITY_HEADER. */
  identityHeader: 'keyturn-local-identity-header',
  /** The application by which the monitor reads other tenants, once they agreed; it trusts the monitor's identity. */
  tenantsClientId: 'e4d0a6f2-51c7-4b3e-9f18-6d616e79746e',
  /** The application whose tokens Keyturn's own API accepts. */
  apiClientId: '1d7b6a50-9f44-4f7c-8a35-6b6579747572',
  /** An application of the tenant that may call Keyturn's API as admin; its secret opens nothing else. */
  apiCaller: {
    clientId: 'c2f5a1d4-77e0-4b6a-9a3c-77656273686f',
    clientSecret: 'web8Q~local.web-shop.opens-nothing-else',
  },
  dataverseUrl: 'https://contoso.crm4.dynamics.com',
  vaultUrl: 'https://keyturn-local.vault.azure.net',
  /** Holds what others than Keyturn keep there; Keyturn watches it and may not read its values. */
  watchedVault: 'contoso-kv',
  mailFrom: 'keyturn@contoso.example',
  fallbackRecipient: 'fallback@contoso.example',
  escalationRecipient: 'escalation@contoso.example',
  operationsRecipient: 'operations@contoso.example',
  teamsWebhookUrl:
    'https://default7c0a9c7e5d1b4c399a530d1f0c0ffe.e0.environment.api.powerplatform.com/powerautomate/automations/direct/workflows/5f1c2d3e4b5a69788796a5b4c3d2e1f0/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=local-signature-not-a-secret',
  webhookUrl: 'https://hooks.contoso.example/keyturn',
  /** Standard Webhooks: whsec_ and base64 of 24 to 64 bytes; here of "local webhook secret, not a secret". */
  webhookSecret: 'whsec_bG9jYWwgd2ViaG9vayBzZWNyZXQsIG5vdCBhIHNlY3JldA==',
} as const;

/** The names by which the identities are addressed in `PUT /_control/permissions`. */
export type IdentityName = keyof typeof installation.identities;
