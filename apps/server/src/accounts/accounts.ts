import type {
  UserFullInfo,
  UserPublicInfo,
} from "@parley/protocol/chat/shared";
import type { Kysely } from "kysely";

import type { Schema } from "../storage/schema.ts";
import type { Transaction } from "../storage/writer.ts";
import {
  findAccounts,
  toFullInfo,
  toPublicInfo,
  updatePassword,
} from "./store.ts";

/** Reads the profiles of people. */
export interface Accounts {
  /** Skips unknown ids; keeps the order of `userIDs`. */
  listPublic(userIDs: readonly string[]): Promise<UserPublicInfo[]>;
  listFull(userIDs: readonly string[]): Promise<UserFullInfo[]>;
  /** `stored` is a hash; whether there is such an account. */
  setPassword(
    tx: Transaction,
    userID: string,
    stored: string,
  ): Promise<boolean>;
}

export const createAccounts = (
  db: Kysely<Schema>,
  now: () => number,
): Accounts => ({
  listPublic: async (userIDs) =>
    (await findAccounts(db, userIDs)).map(toPublicInfo),
  listFull: async (userIDs) =>
    (await findAccounts(db, userIDs)).map(toFullInfo),
  setPassword: (tx, userID, stored) =>
    updatePassword(tx, userID, stored, now()),
});
