import {
  GetConversations,
  GetFullConversationIDs,
} from "@parley/protocol/methods/conversations";
import {
  GetConversationsHasReadAndMaxSeq,
  GetNewestSeq,
  PullMsgBySeq,
} from "@parley/protocol/methods/messages";
import {
  GetDesignatedFriends,
  GetFullFriendUserIDs,
  GetIncrementalBlacks,
} from "@parley/protocol/methods/friends";
import {
  GetFullJoinGroupIDs,
  GetGroupsInfo,
  GetIncrementalGroupMembersBatch,
} from "@parley/protocol/methods/groups";
import type { Method } from "@parley/protocol/method";

import type { Caller } from "./caller.ts";

interface IDs {
  conversationIDs?: string[];
  userIDs?: string[];
  groupIDs?: string[];
}

/** Ids per request, as in SDKs. */
const batch = 500;

/**
 * Fetches everything that a new device of u0 needs for a complete screen: all
 * lists, counters and the newest message of each conversation. Returns the
 * milliseconds from the request for a token.
 */
export async function firstSync(caller: Caller): Promise<number> {
  const started = performance.now();
  await using socket = await caller.signIn();
  void socket;
  const ask = <Data>(method: Pick<Method, "path">, body: object) =>
    caller.ask<Data>(method, body, "user");
  const user = { userID: "u0" };
  const nothing = { versionID: "", version: 0, idHash: 0 };
  const inBatches = (
    ids: string[],
    ask: (part: string[]) => Promise<unknown>,
  ) =>
    Promise.all(
      Array.from({ length: Math.ceil(ids.length / batch) }, (_, i) =>
        ask(ids.slice(i * batch, (i + 1) * batch)),
      ),
    );

  async function conversations(): Promise<void> {
    const { conversationIDs = [] } = await ask<IDs>(GetFullConversationIDs, {
      ...user,
      ...nothing,
    });
    await inBatches(conversationIDs, (part) =>
      ask(GetConversations, {
        ownerUserID: "u0",
        conversationIDs: part,
      }),
    );
    await ask(GetConversationsHasReadAndMaxSeq, user);
    const { maxSeqs } = await ask<{ maxSeqs: Record<string, number> }>(
      GetNewestSeq,
      user,
    );
    await inBatches(conversationIDs, (part) =>
      ask(PullMsgBySeq, {
        ...user,
        order: 0,
        seqRanges: part.map((conversationID) => ({
          conversationID,
          begin: 1,
          end: maxSeqs[conversationID] ?? 1,
          num: 1,
        })),
      }),
    );
  }

  async function friends(): Promise<void> {
    const { userIDs = [] } = await ask<IDs>(GetFullFriendUserIDs, {
      ...user,
      ...nothing,
    });
    await inBatches(userIDs, (part) =>
      ask(GetDesignatedFriends, {
        ownerUserID: "u0",
        friendUserIDs: part,
      }),
    );
    await ask(GetIncrementalBlacks, { ...user, ...nothing });
  }

  async function groups(): Promise<void> {
    const { groupIDs = [] } = await ask<IDs>(GetFullJoinGroupIDs, {
      ...user,
      ...nothing,
    });
    await inBatches(groupIDs, async (part) => {
      await ask(GetGroupsInfo, { groupIDs: part });
      await ask(GetIncrementalGroupMembersBatch, {
        ...user,
        reqList: part.map((groupID) => ({
          groupID,
          versionID: "",
          version: 0,
        })),
      });
    });
  }

  await Promise.all([conversations(), friends(), groups()]);
  return performance.now() - started;
}
