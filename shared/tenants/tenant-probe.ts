/** Whether a tenant lets Keyturn read its applications; if not, a sentence for an admin. */
export type TenantProbe = { ok: true } | { ok: false; reason: string };

/** The directories of tenants that the installation does not live in. */
export interface TenantDirectories<D> {
  directoryOf(tenantId: string): D;
  /**
   * Asks for a token of the tenant anew and reads one application with it (security rule 15). Never throws for what
   * Entra or Graph says.
   */
  probe(tenantId: string): Promise<TenantProbe>;
}
