import type { Transaction } from "./writer.ts";

/** Work that one process at a time does, of all that have the database. */
export interface Leases {
  /** Takes it with the change; undefined: a process that lives has it. */
  take(tx: Transaction, name: string): Promise<Lease | undefined>;
  /**
   * Takes it if a process that is gone had it and did not release it; undefined: there is
   * no such work.
   */
  inherit(tx: Transaction, name: string): Promise<Lease | undefined>;
  /** Returns whether a live process holds it, this one included. */
  isTaken(name: string): Promise<boolean>;
  /**
   * Calls the listener with each lease of a dead process whose name begins with the prefix,
   * repeatedly until a process takes it.
   */
  onLeft(prefix: string, listener: (name: string) => void): void;
}

export interface Lease {
  /**
   * Throws LeaseLost if another process has it, as the change sees it: nobody can take
   * it before the change is committed.
   */
  require(tx: Transaction): Promise<void>;
  /** Releases the lease in the last transaction of the work. */
  release(tx: Transaction): Promise<void>;
}

/** Another process does the work from here on. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
  constructor(work: string) {
    super(`another node goes on with this: ${work}`);
  }
}

const held: Lease = {
  require: () => Promise.resolve(),
  release: () => Promise.resolve(),
};

/** For a process that does not share its database: it holds all leases and writes no rows. */
export const allLeases: Leases = {
  take: () => Promise.resolve(held),
  inherit: () => Promise.resolve(undefined),
  isTaken: () => Promise.resolve(false),
  onLeft: () => undefined,
};
