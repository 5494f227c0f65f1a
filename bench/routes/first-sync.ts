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
  const ask = <Data>(path: string, body: object) =>
    caller.ask<Data>(path, body, "user");
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
    const path = "/conversation/get_full_conversation_ids";
    const { conversationIDs = [] } = await ask<IDs>(path, {
      ...user,
      ...nothing,
    });
    await inBatches(conversationIDs, (part) =>
      ask("/conversation/get_conversations", {
        ownerUserID: "u0",
        conversationIDs: part,
      }),
    );
    await ask("/msg/get_conversations_has_read_and_max_seq", user);
    const { maxSeqs } = await ask<{ maxSeqs: Record<string, number> }>(
      "/msg/newest_seq",
      user,
    );
    await inBatches(conversationIDs, (part) =>
      ask("/msg/pull_msg_by_seq", {
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
    const path = "/friend/get_full_friend_user_ids";
    const { userIDs = [] } = await ask<IDs>(path, { ...user, ...nothing });
    await inBatches(userIDs, (part) =>
      ask("/friend/get_designated_friends", {
        ownerUserID: "u0",
        friendUserIDs: part,
      }),
    );
    await ask("/friend/get_incremental_blacks", { ...user, ...nothing });
  }

  async function groups(): Promise<void> {
    const path = "/group/get_full_join_group_ids";
    const { groupIDs = [] } = await ask<IDs>(path, { ...user, ...nothing });
    await inBatches(groupIDs, async (part) => {
      await ask("/group/get_groups_info", { groupIDs: part });
      await ask("/group/get_incremental_group_members_batch", {
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
