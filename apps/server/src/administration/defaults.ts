import type { DefaultFriendAttribute } from "@parley/protocol/chat/managed-users";
import type { UserPublicInfo } from "@parley/protocol/chat/shared";
import { errors } from "@parley/protocol/errors";
import { GroupInfo } from "@parley/protocol/generated/sdkws";
import type { Kysely } from "kysely";

import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import {
  deleteDefaultFriends,
  deleteDefaultGroups,
  findDefaultFriends,
  findDefaultGroups,
  insertDefaultFriends,
  insertDefaultGroups,
  listDefaultFriends,
  listDefaultGroups,
  searchDefaultFriends,
  searchDefaultGroups,
} from "./people-store.ts";

/** Friends and groups that every new user gets. All changes: all or none. */
export interface Defaults {
  /** Throws 1004 for one without an account, 1003 for one that is there. */
  addFriends(userIDs: readonly string[]): Promise<void>;
  /** Throws 1004 for one that is none. */
  deleteFriends(userIDs: readonly string[]): Promise<void>;
  listFriends(): Promise<string[]>;
  searchFriends(
    keyword: string,
    page: Page,
  ): Promise<{ total: number; users: DefaultFriendAttribute[] }>;
  /** Throws 1001 for one that the IM server does not know, 1003. */
  addGroups(operationID: string, groupIDs: readonly string[]): Promise<void>;
  /** Throws 1004 for one that is none. */
  deleteGroups(groupIDs: readonly string[]): Promise<void>;
  listGroups(): Promise<string[]>;
  /** A group that is gone shows its id alone. */
  searchGroups(
    operationID: string,
    keyword: string,
    page: Page,
  ): Promise<{ total: number; groups: GroupInfo[] }>;
}

export interface DefaultsDeps {
  db: Kysely<Schema>;
  transact: Transact;
  /** Skips unknown ids. */
  listPublic(userIDs: readonly string[]): Promise<UserPublicInfo[]>;
  /** Skips unknown ids. */
  findGroups(
    operationID: string,
    groupIDs: readonly string[],
  ): Promise<GroupInfo[]>;
  now: () => number;
}

export const createDefaults = ({
  db,
  transact,
  listPublic,
  findGroups,
  now,
}: DefaultsDeps): Defaults => ({
  async addFriends(userIDs) {
    requireIDs("userID", userIDs);
    const people = new Set(
      (await listPublic(userIDs)).map(({ userID }) => userID),
    );
    const stranger = userIDs.find((userID) => !people.has(userID));
    if (stranger !== undefined)
      throw errors.notFound(`'${stranger}' has no account`);
    await transact(async (tx) => {
      const [known] = await findDefaultFriends(tx.db, userIDs);
      if (known !== undefined)
        throw errors.duplicateKey(`${known} is a default friend already`);
      await insertDefaultFriends(tx, userIDs, now());
    });
  },

  async deleteFriends(userIDs) {
    requireIDs("userID", userIDs);
    await transact(async (tx) => {
      const known = new Set(await findDefaultFriends(tx.db, userIDs));
      const unknown = userIDs.find((userID) => !known.has(userID));
      if (unknown !== undefined)
        throw errors.notFound(`'${unknown}' is not a default friend`);
      await deleteDefaultFriends(tx, userIDs);
    });
  },

  listFriends: () => listDefaultFriends(db),

  async searchFriends(keyword, page) {
    const { total, rows } = await searchDefaultFriends(db, keyword, page);
    const people = new Map(
      (await listPublic(rows.map(({ user_id }) => user_id))).map((user) => [
        user.userID,
        user,
      ]),
    );
    return {
      total,
      users: rows.map((row) => ({
        userID: row.user_id,
        createTime: row.create_time,
        user: people.get(row.user_id) ?? null,
      })),
    };
  },

  async addGroups(operationID, groupIDs) {
    requireIDs("groupID", groupIDs);
    const groups = new Set(
      (await findGroups(operationID, groupIDs)).map(({ groupID }) => groupID),
    );
    const unknown = groupIDs.find((groupID) => !groups.has(groupID));
    if (unknown !== undefined)
      throw errors.args(`there is no group '${unknown}'`);
    await transact(async (tx) => {
      const [known] = await findDefaultGroups(tx.db, groupIDs);
      if (known !== undefined)
        throw errors.duplicateKey(`${known} is a default group already`);
      await insertDefaultGroups(tx, groupIDs, now());
    });
  },

  async deleteGroups(groupIDs) {
    requireIDs("groupID", groupIDs);
    await transact(async (tx) => {
      const known = new Set(await findDefaultGroups(tx.db, groupIDs));
      const unknown = groupIDs.find((groupID) => !known.has(groupID));
      if (unknown !== undefined)
        throw errors.notFound(`'${unknown}' is not a default group`);
      await deleteDefaultGroups(tx, groupIDs);
    });
  },

  listGroups: () => listDefaultGroups(db),

  async searchGroups(operationID, keyword, page) {
    const { total, groupIDs } = await searchDefaultGroups(db, keyword, page);
    const groups = new Map<string, GroupInfo>();
    if (groupIDs.length > 0)
      for (const group of await findGroups(operationID, groupIDs))
        groups.set(group.groupID, group);
    return {
      total,
      groups: groupIDs.map(
        (groupID) => groups.get(groupID) ?? GroupInfo.create({ groupID }),
      ),
    };
  },
});

function requireIDs(field: string, ids: readonly string[]): void {
  if (ids.length === 0) throw errors.args(`${field}s is empty`);
  if (ids.includes("")) throw errors.args(`a ${field} is empty`);
  if (new Set(ids).size < ids.length)
    throw errors.args(`a ${field} is named twice`);
}
