import type { RemovedKind } from "@parley/protocol/deletion";

import type { Transaction } from "../storage/writer.ts";

/** A user who is being deleted. */
export interface Departing {
  userID: string;
  /** Of the request that asked for it, for the notices that tell of it. */
  operationID: string;
  operatorUserID: string;
  /** What they said goes, too. */
  withMessages: boolean;
}

/** How much of what went. */
export type Counts = Partial<Record<RemovedKind, number>>;

/**
 * The transactions of a deletion. What each removed stands on the receipt with
 * it, and between two of them everybody else gets their turn.
 */
export interface Removing {
  once(work: (tx: Transaction) => Promise<Counts>): Promise<void>;
  /** Again and again until nothing went. */
  untilNothing(work: (tx: Transaction) => Promise<Counts>): Promise<void>;
}

/**
 * What a domain does when a user is deleted. It may be cut short anywhere and
 * is then begun anew, so it looks for what there is and keeps no list.
 */
export type Depart = (user: Departing, removing: Removing) => Promise<void>;
