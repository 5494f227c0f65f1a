import type { Generated } from "kysely";

/**
 * The tables, one schema for every engine. Each domain declares its own beside
 * its store (`tables.ts`); here are those of the machinery. Booleans are 0 or 1
 * and times are UTC milliseconds unless a comment says seconds.
 */
export interface Schema {
  versions: VersionTable;
  version_entries: VersionEntryTable;
  meta: MetaTable;
  large_changes: LargeChangeTable;
  large_change_places: LargeChangePlaceTable;
  leases: LeaseTable;
}

export interface VersionTable {
  kind: string;
  owner_id: string;
  version_id: string;
  version: number;
}

export interface VersionEntryTable {
  kind: string;
  owner_id: string;
  entry_id: string;
  version: number;
  /** 1 insert, 2 delete, 3 update (docs/wire/sync.md#version-logs). */
  state: number;
}

export interface MetaTable {
  key: string;
  value: string;
}

/** A change of which parts are left to be made (large-changes.ts). */
export interface LargeChangeTable {
  id: Generated<number>;
  kind: string;
  /** Input of the change and its first position, as JSON. */
  what: string;
  at: string;
}

/** Position of a running large change. */
export interface LargeChangePlaceTable {
  change_id: number;
  /** Position at which to continue, as JSON. */
  at: string;
  /** Error for which it was set aside; empty: not set aside. */
  problem: string;
}

/** A lease: work that only one process at a time may do. */
export interface LeaseTable {
  name: string;
  node: string;
  /** Expiry time; 0 = while the node lives. */
  until: number;
  /**
   * Fencing token, incremented with each holder: writes of a former holder are
   * void.
   */
  fence: number;
}
