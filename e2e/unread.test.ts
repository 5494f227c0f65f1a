import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { startPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import type { EmbeddedPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import { groupChatID, singleChatID } from "@parley/protocol/conversation-ids";
import { ReqIdentifier } from "@parley/protocol/envelope";
import {
  GetConversationsHasReadAndMaxSeqReq,
  GetConversationsHasReadAndMaxSeqResp,
} from "@parley/protocol/generated/msg";
import { GetActiveJssdkConversations } from "@parley/protocol/methods/jssdk";
import { GetSortedConversationList } from "@parley/protocol/methods/conversations";
import {
  ClearConversationMsg,
  DeleteMsgs,
  GetConversationsHasReadAndMaxSeq,
  MarkConversationAsRead,
} from "@parley/protocol/methods/messages";
import {
  CreateGroup,
  InviteUserToGroup,
  KickGroup,
} from "@parley/protocol/methods/groups";

import { Admin, Client, post } from "./client.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";
import type { Called } from "./client.ts";

let postgres: EmbeddedPostgres | undefined;
afterAll(() => postgres?.stop());

interface Person extends AsyncDisposable {
  userID: string;
  client: Client;
  post<Data = undefined>(route: Called, body: object): Promise<Data>;
}

/** Unread counts as clients show them. */
interface Counts {
  /** Unread messages of all conversations in the web SDK's list. */
  web: number;
  /** Unread messages of all conversations in the deprecated list. */
  sorted: number;
  /** Newest seq minus read seq, by frame 1006 and by its route. */
  byFrame: number;
  byRoute: number;
  /** Conversations that the web SDK's list shows. */
  shown: string[];
}

describe.each(["sqlite", "postgres"])("unread, %s", (database) => {
  let server: RunningServer;
  let admin: Admin;
  beforeAll(async () => {
    if (database === "postgres") postgres = await startPostgres();
    server = await startServer({
      environment: {
        PARLEY_DATABASE_URL: (await postgres?.createDatabase()) ?? "",
        PARLEY_ENABLE_HISTORY_FOR_NEW_MEMBERS: "false",
      },
    });
    admin = await Admin.signIn(server.api);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function arrive(...names: string[]): Promise<Person[]> {
    const userIDs = await admin.users(...names);
    return Promise.all(
      userIDs.map(async (userID) => {
        const token = await admin.tokenOf(userID);
        const client = await Client.connect(server.ws, userID, token);
        return {
          userID,
          client,
          post: (route: Called, body: object) =>
            post<never>(server.api, route, body, token),
          [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
        };
      }),
    );
  }

  async function countsOf({ userID, client, post }: Person): Promise<Counts> {
    const web = await post<{
      unreadCount: number;
      conversations: { conversation: { conversationID: string } }[] | null;
    }>(GetActiveJssdkConversations, { ownerUserID: userID, count: 100 });
    const sorted = await post<{ unreadTotal: number }>(
      GetSortedConversationList,
      { userID, pagination: { pageNumber: 1, showNumber: 100 } },
    ).catch(() => ({ unreadTotal: 0 }));
    const unreadOf = (seqs: Record<string, SeqPair> | null) =>
      Object.values(seqs ?? {}).reduce(
        (sum, { maxSeq, hasReadSeq }) => sum + maxSeq - hasReadSeq,
        0,
      );
    const byRoute = await post<{ seqs: Record<string, SeqPair> | null }>(
      GetConversationsHasReadAndMaxSeq,
      { userID, conversationIDs: [] },
    );
    const byFrame = GetConversationsHasReadAndMaxSeqResp.decode(
      await client.request(
        ReqIdentifier.getConvMaxReadSeq,
        GetConversationsHasReadAndMaxSeqReq.encode({ userID }),
      ),
    );
    return {
      web: web.unreadCount,
      sorted: sorted.unreadTotal,
      byFrame: unreadOf(byFrame.seqs),
      byRoute: unreadOf(byRoute.seqs),
      shown: (web.conversations ?? []).map(
        ({ conversation }) => conversation.conversationID,
      ),
    };
  }

  test("what the peer cleared for both was counted by the list that leaves it out", async () => {
    const [ann, bob, cid] = (await arrive("ann", "bob", "cid")) as [
      Person,
      Person,
      Person,
    ];
    const id = singleChatID(ann.userID, bob.userID);
    for (const text of ["one", "two", "three"])
      await ann.client.say(bob.userID, text);
    await cid.client.say(bob.userID, "kept");
    expect(await countsOf(bob)).toMatchObject({ web: 4, sorted: 4 });
    await ann.post(ClearConversationMsg, {
      userID: ann.userID,
      conversationIDs: [id],
      deleteSyncOpt: { IsSyncSelf: true, IsSyncOther: true },
    });
    expect(await countsOf(bob)).toEqual({
      web: 1,
      sorted: 1,
      byFrame: 1,
      byRoute: 1,
      shown: [singleChatID(cid.userID, bob.userID)],
    });
    await ann.client.say(bob.userID, "after");
    expect(await countsOf(bob)).toMatchObject({
      web: 2,
      sorted: 2,
      byFrame: 2,
      byRoute: 2,
    });
  });

  test("a conversation of which every message was deleted was left out, and counted", async () => {
    const [ann, bob] = (await arrive("ann", "bob")) as [Person, Person];
    const id = singleChatID(ann.userID, bob.userID);
    for (const text of ["one", "two", "three"])
      await ann.client.say(bob.userID, text);
    const remove = (person: Person, seqs: number[], isForAll: boolean) =>
      person.post(DeleteMsgs, {
        userID: person.userID,
        conversationID: id,
        seqs,
        deleteSyncOpt: { IsSyncSelf: !isForAll, IsSyncOther: isForAll },
      });
    await remove(ann, [2], true);
    await remove(bob, [1, 2], false);
    // Newest and read seqs cover readable messages only.
    expect(await countsOf(bob)).toMatchObject({ web: 3, sorted: 3 });
    await remove(ann, [1, 3], true);
    expect(await countsOf(bob)).toMatchObject({ web: 0, sorted: 0, shown: [] });
    await bob.post(MarkConversationAsRead, {
      userID: bob.userID,
      conversationID: id,
      hasReadSeq: 3,
      seqs: [],
    });
    await ann.client.say(bob.userID, "after");
    expect(await countsOf(bob)).toMatchObject({ web: 1, sorted: 1 });
    await remove(bob, [4], false);
    expect(await countsOf(bob)).toMatchObject({ web: 0, sorted: 0 });
  });

  test("a newcomer began with thirteen unread messages of which two could be read", async () => {
    const [ann, bob, cid] = (await arrive("ann", "bob", "cid")) as [
      Person,
      Person,
      Person,
    ];
    const { groupInfo } = await ann.post<{ groupInfo: { groupID: string } }>(
      CreateGroup,
      {
        ownerUserID: ann.userID,
        memberUserIDs: [bob.userID],
        groupInfo: { groupType: 2, groupName: "tea" },
      },
    );
    const { groupID } = groupInfo;
    const say = (text: string) =>
      ann.client.say("", text, { groupID, sessionType: 3 });
    for (let i = 0; i < 10; i++) await say(`before ${i}`);
    const heard = (text: string) =>
      cid.client.until(() => cid.client.heard().includes(text));
    await ann.post(InviteUserToGroup, {
      groupID,
      invitedUserIDs: [cid.userID],
    });
    await say("after");
    await heard("after");
    // Counts the invitation and the messages after it.
    const id = groupChatID(groupID);
    const readable = (await cid.client.pull(id, 1, 100)).length;
    expect(readable).toBe(2);
    const unread = { web: 2, sorted: 2, byFrame: 2, byRoute: 2 };
    expect(await countsOf(cid)).toMatchObject(unread);

    // Away and back: nothing of the time between is for them.
    await ann.post(KickGroup, {
      groupID,
      kickedUserIDs: [cid.userID],
    });
    for (let i = 0; i < 5; i++) await say(`meanwhile ${i}`);
    await ann.post(InviteUserToGroup, {
      groupID,
      invitedUserIDs: [cid.userID],
    });
    await say("again");
    await heard("again");
    expect(await cid.client.pull(id, 1, 100)).toHaveLength(2);
    expect(await countsOf(cid)).toMatchObject(unread);
  });
});

interface SeqPair {
  maxSeq: number;
  hasReadSeq: number;
}
