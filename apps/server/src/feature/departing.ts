import type { RemovedKind } from "@parley/protocol/deletion";

import type { Transaction } from "../storage/writer.ts";

/** A user who is being deleted. */
export interface Departing {
  userID: string;
  /** OperationID of the request, for the notices of the deletion. */
  operationID: string;
  operatorUserID: string;
  /** Removes the user's messages as well. */
  withMessages: boolean;
}

/** Number of removed things by kind. */
export type Counts = Partial<Record<RemovedKind, number>>;

/**
 * The transactions of a deletion. What each removed stands on the receipt with
 * it, and between two of them everybody else gets their turn.
 */
export interface Removing {
  once(work: (tx: Transaction) => Promise<Counts>): Promise<void>;
  /** Repeats the work in new transactions until it removes nothing. */
  untilNothing(work: (tx: Transaction) => Promise<Counts>): Promise<void>;
}

/**
 * Removes one domain's data of a deleted user. A crash may interrupt it
 * anywhere, and it starts again from the beginning: so it keeps no list and
 * looks for what is left.
 */
export type Depart = (user: Departing, removing: Removing) => Promise<void>;
