/** An answer of Key Vault that is not a success. */
export class VaultFault extends Error {
  readonly status: number;
  readonly code: string;
  inner: string | undefined;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'VaultFault';
    this.status = status;
    this.code = code;
  }

  /** The same with the code of `innererror`. */
  because(inner: string): this {
    this.inner = inner;
    return this;
  }
}

/** The error body as Key Vault writes it, `innererror` in lower case. */
export function vaultErrorBody(fault: VaultFault): Record<string, unknown> {
  const { code, message, inner } = fault;
  const innererror = inner === undefined ? {} : { innererror: { code: inner } };
  return { error: { code, message, ...innererror } };
}

/** 404 for a secret or version that is not there, or is deleted. */
export function secretNotFound(name: string): VaultFault {
  return new VaultFault(
    404,
    'SecretNotFound',
    `A secret with (name/id) ${name} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`,
  );
}

/** 403 with the reason inside. */
export function forbidden(message: string, inner: string): VaultFault {
  return new VaultFault(403, 'Forbidden', message).because(inner);
}
