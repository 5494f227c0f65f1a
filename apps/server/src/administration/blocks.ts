import type { BlockUserInfo } from "@parley/protocol/chat/managed-users";
import type { UserFullInfo } from "@parley/protocol/chat/shared";
import { errors } from "@parley/protocol/errors";
import type { Kysely } from "kysely";

import type { AccountTokens } from "../accounts/tokens.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import {
  deleteBlocks,
  findBlocks,
  insertBlock,
  searchBlocks,
} from "./people-store.ts";
import { findAdministrator } from "./store.ts";

/** Blocks users from signing in and ends their sessions. */
export interface Blocks {
  /**
   * The user need not exist. Throws 1001 for one who is blocked, 1002 for an
   * administrator, who is removed instead.
   */
  add(
    operationID: string,
    block: { userID: string; reason: string; operatorID: string },
  ): Promise<void>;
  /** All or none; 1001 for one who is not blocked. */
  delete(userIDs: readonly string[]): Promise<void>;
  search(
    keyword: string,
    page: Page,
  ): Promise<{ total: number; users: BlockUserInfo[] }>;
}

export interface BlocksDeps {
  db: Kysely<Schema>;
  transact: Transact;
  tokens: Pick<AccountTokens, "revoke">;
  im: {
    readonly adminUserID: string;
    forceLogout(operationID: string, userID: string): Promise<void>;
  };
  /** Skips unknown ids. */
  listFull(userIDs: readonly string[]): Promise<UserFullInfo[]>;
  /** Called if a follow-up fails after the change was committed. */
  failed(error: unknown): void;
  now: () => number;
}

export const createBlocks = ({
  db,
  transact,
  tokens,
  im,
  listFull,
  failed,
  now,
}: BlocksDeps): Blocks => ({
  async add(operationID, { userID, reason, operatorID }) {
    if (userID === "") throw errors.args("userID is empty");
    await transact(async (tx) => {
      // Their tokens share the id, and the IM administrator's sessions are
      // those of this very service.
      if (
        userID === im.adminUserID ||
        (await findAdministrator(tx.db, "user_id", userID))
      )
        throw errors.noPermission(`${userID} is an administrator`);
      if ((await findBlocks(tx.db, [userID])).length > 0)
        throw errors.args(`${userID} is blocked already`);
      await insertBlock(tx, {
        user_id: userID,
        reason,
        operator_user_id: operatorID,
        create_time: now(),
      });
      await tokens.revoke(tx, userID);
    });
    await im
      .forceLogout(operationID, userID)
      .catch((error: unknown) => failed(error));
  },

  async delete(userIDs) {
    if (userIDs.length === 0) throw errors.args("userIDs is empty");
    if (new Set(userIDs).size < userIDs.length)
      throw errors.args("a userID occurs twice");
    await transact(async (tx) => {
      const found = new Set(
        (await findBlocks(tx.db, userIDs)).map(({ user_id }) => user_id),
      );
      const unknown = userIDs.find((userID) => !found.has(userID));
      if (unknown !== undefined)
        throw errors.args(`'${unknown}' is not blocked`);
      await deleteBlocks(tx, userIDs);
    });
  },

  async search(keyword, page) {
    const { total, rows } = await searchBlocks(db, keyword, page);
    const profiles = new Map(
      (await listFull(rows.map(({ user_id }) => user_id))).map((user) => [
        user.userID,
        user,
      ]),
    );
    return {
      total,
      users: rows.map((row) => {
        const user = profiles.get(row.user_id);
        return {
          userID: row.user_id,
          account: user?.account ?? "",
          phoneNumber: user?.phoneNumber ?? "",
          areaCode: user?.areaCode ?? "",
          email: user?.email ?? "",
          nickname: user?.nickname ?? "",
          faceURL: user?.faceURL ?? "",
          gender: user?.gender ?? 0,
          reason: row.reason,
          opUserID: row.operator_user_id,
          createTime: row.create_time,
        };
      }),
    };
  },
});
