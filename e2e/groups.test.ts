import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { groupChatID } from "@parley/protocol/conversation-ids";
import {
  CancelMuteGroupMember,
  CreateGroup,
  DismissGroup,
  GetJoinedGroupList,
  InviteUserToGroup,
  KickGroup,
  MuteGroup,
  MuteGroupMember,
  QuitGroup,
  SetGroupInfoEx,
} from "@parley/protocol/methods/groups";
import {
  DeleteConversations,
  GetConversation,
} from "@parley/protocol/methods/conversations";
import {
  ClearConversationMsg,
  DeleteMsgs,
  RevokeMsg,
} from "@parley/protocol/methods/messages";

import { Admin, Client, post } from "./client.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";
import type { Called } from "./client.ts";

let server: RunningServer;
let admin: Admin;

beforeAll(async () => {
  server = await startServer();
  admin = await Admin.signIn(server.api);
});
afterAll(() => server[Symbol.asyncDispose]());

/** A user at a device, with an own token for REST. */
interface Person {
  userID: string;
  client: Client;
  post<Data = undefined>(route: Called, body: object): Promise<Data>;
  /** The code of what was refused; 0 = nothing was. */
  codeOf(route: Called, body: object): Promise<number>;
  say(groupID: string, text: string, more?: object): Promise<number>;
  /** Content types pushed since the last time, when this one came so often. */
  hears(last: number, times?: number): Promise<number[]>;
}

const codeOf = (work: Promise<unknown>): Promise<number> =>
  work.then(
    () => 0,
    ({ code }: { code: number }) => code,
  );

async function people(...names: string[]): Promise<Person[]> {
  const userIDs = await admin.users(...names);
  return Promise.all(
    userIDs.map(async (userID) => {
      const token = await admin.tokenOf(userID);
      const client = await Client.connect(server.ws, userID, token);
      const call = <Data>(route: Called, body: object) =>
        post<Data>(server.api, route, body, token);
      let seen = 0;
      return {
        userID,
        client,
        post: call,
        codeOf: (route: Called, body: object) => codeOf(call(route, body)),
        say: (groupID: string, text: string, more = {}) =>
          codeOf(client.say("", text, { groupID, sessionType: 3, ...more })),
        async hears(last: number, times = 1) {
          const types = () =>
            client.pushed.slice(seen).map(({ message }) => message.contentType);
          await client.until(
            () => types().filter((type) => type === last).length >= times,
          );
          const heard = types();
          seen += heard.length;
          return heard;
        },
      };
    }),
  );
}

async function makeGroup(
  owner: Person,
  members: Person[],
  more: object = {},
): Promise<string> {
  const groupID = `g${randomUUID().slice(0, 8)}`;
  await owner.post(CreateGroup, {
    ownerUserID: owner.userID,
    memberUserIDs: members.map(({ userID }) => userID),
    groupInfo: { groupID, groupName: "tea", groupType: 2, ...more },
  });
  for (const person of [owner, ...members]) await person.hears(1501, 2);
  return groupID;
}

const markOf = async (person: Person, groupID: string): Promise<number> => {
  const { conversation } = await person.post<{
    conversation: { groupAtType: number };
  }>(GetConversation, {
    ownerUserID: person.userID,
    conversationID: groupChatID(groupID),
  });
  return conversation.groupAtType;
};

describe("a group", () => {
  test("carries what one says to all who are in it, and to nobody else", async () => {
    const [ann, bob, cyd, eve] = (await people("ann", "bob", "cyd", "eve")) as [
      Person,
      Person,
      Person,
      Person,
    ];
    const groupID = await makeGroup(ann, [bob, cyd]);
    expect(await bob.say(groupID, "hello")).toBe(0);
    for (const { client } of [ann, bob, cyd])
      await client.until(() => client.heard().includes("hello"));
    expect(eve.client.pushed).toEqual([]);
    expect(await bob.client.newestSeqs()).toEqual({
      [groupChatID(groupID)]: 2,
    });
  });

  test("silences a muted member until the mute is lifted", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const groupID = await makeGroup(ann, [bob]);
    const target = { groupID, userID: bob.userID };
    const mute = { ...target, mutedSeconds: 60 };
    await ann.post(MuteGroupMember, mute);
    await bob.hears(1512);
    expect(await bob.say(groupID, "hello?")).toBe(1402);
    await ann.post(CancelMuteGroupMember, target);
    expect(await bob.say(groupID, "hello")).toBe(0);
    await ann.post(MuteGroup, { groupID });
    expect(await bob.say(groupID, "psst")).toBe(1403);
    expect(await ann.say(groupID, "silence")).toBe(0);
  });

  test("tells who is removed, and then nothing more", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const groupID = await makeGroup(ann, [bob]);
    await ann.post(KickGroup, {
      groupID,
      kickedUserIDs: [bob.userID],
    });
    expect((await bob.hears(1300)).sort()).toEqual([1300, 1508, 1508]);
    expect(await ann.say(groupID, "gone")).toBe(0);
    await ann.client.until(() => ann.client.heard().includes("gone"));
    expect(bob.client.heard()).toEqual([]);
    const id = groupChatID(groupID);
    const seen = await bob.client.pull(id, 1, 9);
    expect(seen.map(({ contentType }) => contentType)).toEqual([1501, 1508]);

    const invitedUserIDs = [bob.userID];
    await ann.post(InviteUserToGroup, { groupID, invitedUserIDs });
    expect(await bob.client.pull(id, 1, 9)).toHaveLength(4);
  });

  test("that was dismissed takes nothing more, and is nobody's any longer", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const groupID = await makeGroup(ann, [bob]);
    await ann.post(DismissGroup, { groupID });
    await bob.hears(1511);
    expect(await ann.say(groupID, "anyone?")).toBe(1204);
    const mine = { fromUserID: bob.userID };
    const pagination = { pageNumber: 1, showNumber: 9 };
    const { total } = await bob.post<{ total: number }>(GetJoinedGroupList, {
      ...mine,
      pagination,
    });
    expect(total).toBe(0);
  });

  test("keeps its members and mutes when the server starts again", async () => {
    await using own = await startServer();
    const root = await Admin.signIn(own.api);
    const [ann = "", bob = ""] = await root.users("ann", "bob");
    await root.post(CreateGroup, {
      ownerUserID: ann,
      memberUserIDs: [bob],
      groupInfo: { groupID: "stays", groupType: 2 },
    });
    await root.post(MuteGroup, { groupID: "stays" });
    await own.kill();
    await own.start();
    const token = await root.tokenOf(bob);
    await using client = await Client.connect(own.ws, bob, token);
    const more = { groupID: "stays", sessionType: 3 };
    expect(await codeOf(client.say("", "hello", more))).toBe(1403);
  });
});

// One test per fault of OpenIM that Parley does not copy.
describe("unlike in OpenIM", () => {
  test("a stranger is always told that he is none of the group", async () => {
    const [ann, eve] = (await people("ann", "eve")) as [Person, Person];
    const groupID = await makeGroup(ann, []);
    const codes = [];
    for (let i = 0; i < 3; i++) {
      codes.push(await eve.say(groupID, "let me in"));
      await ann.say(groupID, "who is that?");
    }
    expect(codes).toEqual([1203, 1203, 1203]);
  });

  test("those who are named are marked, and told once", async () => {
    const [ann, bob, cyd] = (await people("ann", "bob", "cyd")) as [
      Person,
      Person,
      Person,
    ];
    const groupID = await makeGroup(ann, [bob, cyd]);
    const at = (...atUserIDList: string[]) =>
      ann.say(groupID, "look", { contentType: 106, atUserIDList });
    await at(bob.userID);
    await bob.hears(1300);
    expect(await markOf(bob, groupID)).toBe(1);
    expect(await markOf(cyd, groupID)).toBe(0);
    await at("AtAllTag", bob.userID);
    await cyd.hears(1300);
    expect([
      await markOf(ann, groupID),
      await markOf(bob, groupID),
      await markOf(cyd, groupID),
    ]).toEqual([0, 3, 2]);
  });

  test("an announcement marks everyone, whoever makes it", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const groupID = await makeGroup(ann, [bob]);
    const notification = "read this";
    await ann.post(SetGroupInfoEx, { groupID, notification });
    expect(await bob.hears(1300)).toEqual([1519, 1519, 1300]);
    expect(await markOf(ann, groupID)).toBe(4);
    expect(await markOf(bob, groupID)).toBe(4);
  });

  test("the invited hear the notice itself before its visible copy", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const groupID = await makeGroup(ann, []);
    const invitedUserIDs = [bob.userID];
    await ann.post(InviteUserToGroup, { groupID, invitedUserIDs });
    await bob.hears(1509);
    await bob.client.until(() => bob.client.pushed.length >= 3);
    const places = bob.client.pushed
      .filter(({ message }) => message.contentType === 1509)
      .map(({ conversationID }) => conversationID);
    expect(places).toEqual([`n_${groupID}`, groupChatID(groupID)]);
  });

  test("no ordinary member empties the history of all, or takes away what others said", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const groupID = await makeGroup(ann, [bob]);
    const conversationID = groupChatID(groupID);
    await ann.say(groupID, "mine");
    const deleteSyncOpt = { IsSyncSelf: true, IsSyncOther: true };
    const clear = (person: Person) =>
      person.codeOf(ClearConversationMsg, {
        userID: person.userID,
        conversationIDs: [conversationID],
        deleteSyncOpt,
      });
    const remove = (person: Person) =>
      person.codeOf(DeleteMsgs, {
        userID: person.userID,
        conversationID,
        seqs: [2],
        deleteSyncOpt,
      });
    expect([await remove(bob), await remove(ann)]).toEqual([1002, 0]);
    expect([await clear(bob), await clear(ann)]).toEqual([1002, 0]);
  });

  test("a group's notices are for its members, and for one who left up to then", async () => {
    const [ann, bob, eve] = (await people("ann", "bob", "eve")) as [
      Person,
      Person,
      Person,
    ];
    const groupID = await makeGroup(ann, [bob]);
    const conversationID = groupChatID(groupID);
    const sayAndRevoke = async (seq: number) => {
      await ann.say(groupID, "oops");
      const message = { userID: ann.userID, conversationID, seq };
      await ann.post(RevokeMsg, message);
    };
    const notices = async ({ client }: Person) =>
      (await client.pull(`n_${groupID}`, 1, 9)).length;
    await sayAndRevoke(2);
    await bob.post(QuitGroup, { groupID });
    await sayAndRevoke(4);
    expect([
      await notices(ann),
      await notices(bob),
      await notices(eve),
    ]).toEqual([2, 1, 0]);
  });

  test("a deleted conversation of a group comes back with the next message", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const groupID = await makeGroup(ann, [bob]);
    const id = groupChatID(groupID);
    await bob.post(DeleteConversations, {
      ownerUserID: bob.userID,
      conversationIDs: [id],
    });
    expect(await bob.client.newestSeqs()).toEqual({});
    await ann.say(groupID, "still there?");
    await bob.client.until(() => bob.client.heard().length === 1);
    expect(await bob.client.newestSeqs()).toEqual({ [id]: 2 });
    expect(await bob.client.pull(id, 1, 9)).toHaveLength(2);
  });
});
