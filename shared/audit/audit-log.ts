/** Something that is kept of who did what (security rule 29). Plain facts: no secret, no body, no address but the caller's. */
export interface AuditEntry {
  at: string;
  /**
   * `act`: an administrator is about to do something. `read`: a caller's first token of a connection in a minute.
   * `reads`: how many more there were in that minute.
   */
  kind: 'act' | 'read' | 'reads';
  caller: string;
  /** The client's address as the platform saw it; null where no platform stands in front. */
  address: string | null;
  /** The route of an act. */
  route?: string;
  /** What the act is about: parameters of its path. */
  subject?: Record<string, string>;
  correlationId?: string;
  connectionId?: string;
  count?: number;
}

/** Entries that can be added and, after a year, removed; never changed. */
export interface AuditLog {
  /** Throws AppError `storage_unavailable`; then none of them was written, or some service answered too late. */
  append(entries: readonly AuditEntry[]): Promise<void>;
  /** Removes the days before this one, and says how many files went. */
  removeBefore(day: Date): Promise<number>;
}

/** Where an instant's entries lie: a file for each hour and writer, so that writers never wait for each other. */
export function auditFileOf(at: Date, writer: string): string {
  const iso = at.toISOString();
  return `${iso.slice(0, 10)}/${iso.slice(11, 13)}-${writer}.jsonl`;
}

/** One line of JSON each. */
export function auditLines(entries: readonly AuditEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

/** Whether everything in a file is older than a day. */
export function isBefore(file: string, day: Date): boolean {
  return file.slice(0, 10) < day.toISOString().slice(0, 10);
}
