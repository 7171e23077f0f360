import type { Counts, WalkedCredential } from '../shared/checks/walk.ts';

/** Something that was not read, and why. */
export interface Unread {
  where: string;
  reason: string;
}

/** What every output format of `keyturn scan` is made from. */
export interface ScanReport {
  asOf: Date;
  tenantId: string | null;
  /** True when all of the source was read and understood. */
  complete: boolean;
  counts: Counts;
  /** By end, unknown last. */
  findings: WalkedCredential[];
  /** Single items and whole lists that were not read. */
  unread: Unread[];
  /** The days that `findings` looks ahead. */
  withinDays: number;
  /** `--all`: `findings` holds every credential. */
  all: boolean;
}

/** Turns a report into the text for standard output. `columns` is the width to fit, where a format has one. */
export type ReportFormatter = (report: ScanReport, columns: number) => string;
