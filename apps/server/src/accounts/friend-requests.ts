import type { CallbackOpenImReq } from "@parley/protocol/chat/accounts";
import { errors } from "@parley/protocol/errors";
import type { Kysely } from "kysely";

import type { Schema } from "../storage/schema.ts";
import { findAccount } from "./store.ts";

/** Permits a friend request if the profile of its receiver allows requests. */
export interface FriendRequests {
  /**
   * The IM server's webhook before a friend request. Throws 1001 for any other,
   * 1004 for nobody, 20013 for who wants none.
   */
  answerHook(
    command: string,
    request: Pick<CallbackOpenImReq, "toUserID">,
  ): Promise<void>;
}

const beforeAddFriend = "callbackBeforeAddFriendCommand";
/**
 * Value of `allowAddFriend`; clients send 2 to refuse, and OpenIM stores -1.
 */
const allowed = 1;

export const createFriendRequests = (db: Kysely<Schema>): FriendRequests => ({
  async answerHook(command, { toUserID }) {
    if (command !== beforeAddFriend)
      throw errors.args(`command is not ${beforeAddFriend}`);
    const account = await findAccount(db, toUserID);
    if (!account) throw errors.notFound("there is no such user");
    if (account.allow_add_friend !== allowed)
      throw errors.friendRefused(`${toUserID} accepts no friend requests`);
  },
});
