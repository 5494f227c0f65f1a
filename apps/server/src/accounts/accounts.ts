import type {
  UserFullInfo,
  UserPublicInfo,
} from "@parley/protocol/chat/shared";
import type { Kysely } from "kysely";

import type { Schema } from "../storage/schema.ts";
import { findAccounts, toFullInfo, toPublicInfo } from "./store.ts";

/** Profiles, to be read. */
export interface Accounts {
  /** Those that there are, in the order asked for. */
  listPublic(userIDs: readonly string[]): Promise<UserPublicInfo[]>;
  listFull(userIDs: readonly string[]): Promise<UserFullInfo[]>;
}

export const createAccounts = (db: Kysely<Schema>): Accounts => ({
  listPublic: async (userIDs) =>
    (await findAccounts(db, userIDs)).map(toPublicInfo),
  listFull: async (userIDs) =>
    (await findAccounts(db, userIDs)).map(toFullInfo),
});
