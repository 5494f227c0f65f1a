import { Database } from "bun:sqlite";
import { afterAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import path from "node:path";

import { singleChatID } from "@parley/protocol/conversation-ids";
import type { UserDeletion } from "@parley/protocol/deletion";
import { DeleteUser, GetUserDeletion } from "@parley/protocol/methods/deletion";
import {
  AddNotificationAccount,
  GetUsersInfo,
  ProcessUserCommandAdd,
  SetUserClientConfig,
  UserRegister,
} from "@parley/protocol/methods/users";
import {
  CompleteMultipartUpload,
  InitiateMultipartUpload,
} from "@parley/protocol/methods/objects";
import {
  AddBlack,
  AddFriend,
  GetFriendList,
  GetIncrementalFriends,
  ImportFriend,
} from "@parley/protocol/methods/friends";
import {
  CreateGroup,
  GetGroupMemberList,
} from "@parley/protocol/methods/groups";
import { FcmUpdateToken } from "@parley/protocol/methods/push";
import { UploadLogs } from "@parley/protocol/methods/client-logs";
import { AddFavorite } from "@parley/protocol/methods/favorites";
import { GetAllConversations } from "@parley/protocol/methods/conversations";
import { startPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import type { EmbeddedPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import { follow } from "@parley/server/testing/storage/sync-agrees.ts";
import type { SyncAnswer } from "@parley/server/testing/storage/sync-agrees.ts";

import { Admin, Client, post } from "./client.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";

let postgres: EmbeddedPostgres | undefined;
afterAll(() => postgres?.stop());

const codeOf = (work: Promise<unknown>): Promise<number> =>
  work.then(
    () => 0,
    ({ code }: { code: number }) => code,
  );

const firstPage = { pagination: { pageNumber: 1, showNumber: 100 } };

interface World extends AsyncDisposable {
  server: RunningServer;
  admin: Admin;
}

async function openWorld(databaseURL: string): Promise<World> {
  const server = await startServer({
    environment: { PARLEY_DATABASE_URL: databaseURL },
  });
  return {
    server,
    admin: await Admin.signIn(server.api),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const openSqlite = (): Promise<World> => openWorld("");

const openPostgres = async (): Promise<World> => {
  postgres ??= await startPostgres();
  return openWorld(await postgres.createDatabase());
};

const deletionOf = (admin: Admin, userID: string): Promise<UserDeletion> =>
  admin.post(GetUserDeletion, { userID });

const remove = (
  admin: Admin,
  userID: string,
  deleteMessages = false,
): Promise<UserDeletion> => admin.post(DeleteUser, { userID, deleteMessages });

const register = (admin: Admin, userID: string): Promise<void> =>
  admin.post(UserRegister, {
    users: [{ userID, nickname: "another" }],
  });

/** Uploads these bytes under that name, in the user's own name. */
async function upload(
  api: string,
  token: string,
  name: string,
  text: string,
): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  const md5 = (of: Uint8Array | string) =>
    createHash("md5").update(of).digest("hex");
  const part = md5(bytes);
  const { upload } = await post<{
    upload: { uploadID: string; sign: { parts: { url: string }[] } } | null;
  }>(
    api,
    InitiateMultipartUpload,
    {
      hash: md5(part),
      size: bytes.length,
      partSize: bytes.length,
      maxParts: 1,
      cause: "",
      name,
      contentType: "text/plain",
    },
    token,
  );
  // The same bytes were there already: only a name was added.
  if (!upload) return;
  await fetch(upload.sign.parts[0]?.url ?? "", { method: "PUT", body: bytes });
  await post(
    api,
    CompleteMultipartUpload,
    { uploadID: upload.uploadID, name, parts: [part] },
    token,
  );
}

interface Friend {
  friendUser: { userID: string };
}

const followFriends = (admin: Admin, userID: string) =>
  follow({
    idOf: ({ friendUser }: Friend) => friendUser.userID,
    incremental: (known) =>
      admin.post<SyncAnswer<Friend>>(GetIncrementalFriends, {
        userID,
        ...known,
      }),
    async list() {
      const { friendsInfo } = await admin.post<{
        friendsInfo: Friend[] | null;
      }>(GetFriendList, { userID, ...firstPage });
      return friendsInfo ?? [];
    },
  });

async function makeGroup(
  admin: Admin,
  groupID: string,
  owner: string,
  { admins = [], members = [] }: { admins?: string[]; members?: string[] } = {},
): Promise<void> {
  await admin.post(CreateGroup, {
    ownerUserID: owner,
    adminUserIDs: admins,
    memberUserIDs: members,
    groupInfo: { groupID, groupName: groupID, groupType: 2 },
  });
}

const membersOf = async (
  admin: Admin,
  groupID: string,
): Promise<Record<string, number>> => {
  const { members } = await admin.post<{
    members: { userID: string; roleLevel: number }[] | null;
  }>(GetGroupMemberList, { groupID, ...firstPage });
  return Object.fromEntries(
    (members ?? []).map(({ userID, roleLevel }) => [userID, roleLevel]),
  );
};

/** Returns the columns (`table.column`) that hold exactly this text. */
function placesOf(dataFolder: string, text: string): string[] {
  const database = new Database(path.join(dataFolder, "parley.db"), {
    readonly: true,
  });
  const columns = database
    .query<{ at: string; name: string }, []>(
      "select m.name as at, c.name from sqlite_schema m join pragma_table_info(m.name) c where m.type = 'table' and m.sql not like 'create virtual%'",
    )
    .all();
  const places = columns.filter(
    ({ at, name }) =>
      database
        .query(`select 1 from "${at}" where "${name}" = ? limit 1`)
        .get(text) !== null,
  );
  database.close();
  return places.map(({ at, name }) => `${at}.${name}`).sort();
}

for (const [database, open] of [
  ["sqlite", openSqlite],
  ["postgres", openPostgres],
] as const)
  describe(`a deleted user, ${database}`, () => {
    test("leaves friends, groups and files behind as if they had never been there, and is told of no more", async () => {
      await using world = await open();
      const { server, admin } = world;
      const [al = "", bo = "", cy = "", di = ""] = await admin.users(
        "al",
        "bo",
        "cy",
        "di",
      );
      const alToken = await admin.tokenOf(al);
      const boToken = await admin.tokenOf(bo);
      await admin.post(ImportFriend, {
        ownerUserID: al,
        friendUserIDs: [bo, cy],
      });
      await post(
        server.api,
        AddFriend,
        { fromUserID: di, toUserID: al, reqMsg: "hello" },
        await admin.tokenOf(di),
      );
      await admin.post(AddBlack, {
        ownerUserID: di,
        blackUserID: al,
      });
      await admin.post(AddBlack, {
        ownerUserID: al,
        blackUserID: di,
      });
      const run = al.slice(2);
      await makeGroup(admin, `own${run}`, al, { members: [bo, cy] });
      await makeGroup(admin, `led${run}`, al, { members: [bo], admins: [cy] });
      await makeGroup(admin, `alone${run}`, al);
      await makeGroup(admin, `in${run}`, bo, { members: [al] });
      await upload(server.api, alToken, `${al}/mine.txt`, `mine ${run}`);
      await upload(server.api, alToken, `${al}/both.txt`, `both ${run}`);
      await upload(server.api, boToken, `${bo}/both.txt`, `both ${run}`);
      await admin.post(ProcessUserCommandAdd, {
        userID: al,
        type: 1,
        uuid: "u",
        value: "v",
      });
      await admin.post(SetUserClientConfig, {
        userID: al,
        configs: { theme: "dark" },
      });
      await post(
        server.api,
        FcmUpdateToken,
        { platformID: 5, fcmToken: "t", account: al, expireTime: 0 },
        alToken,
      );
      await post(
        server.api,
        UploadLogs,
        { platform: 5, fileURLs: [{ filename: "a.log", URL: "x" }] },
        alToken,
      );

      await using alsClient = await Client.connect(server.ws, al, alToken);
      await using bosClient = await Client.connect(server.ws, bo, boToken);
      await alsClient.say(bo, "one");
      await bosClient.say(al, "two");
      await alsClient.say("", "three", {
        groupID: `in${run}`,
        sessionType: 3,
      });
      const chat = singleChatID(al, bo);
      await bosClient.until(() => bosClient.heard().length === 3);
      await admin.post(AddFavorite, {
        userID: al,
        conversationID: chat,
        seq: 1,
      });
      const bosFriends = await followFriends(admin, bo);

      const receipt = await remove(admin, al);
      expect(receipt).toMatchObject({
        userID: al,
        state: "done",
        deleteMessages: false,
        operatorUserID: "imAdmin",
        removed: {
          profiles: 1,
          tokens: 1,
          friends: 2,
          friendOf: 2,
          friendRequests: 1,
          blacks: 1,
          blockedBy: 1,
          groupMemberships: 4,
          groupsHandedOver: 2,
          groupsDismissed: 1,
          messages: 0,
          messageCounts: 2,
          objects: 2,
          files: 1,
          userCommands: 1,
          clientConfigs: 1,
          pushTokens: 1,
          clientLogs: 1,
          favorites: 1,
        },
      });
      expect(await deletionOf(admin, al)).toEqual(receipt);
      expect(await remove(admin, al)).toEqual(receipt);

      await alsClient.closed();
      expect(
        await codeOf(
          post(server.api, GetUsersInfo, { userIDs: [al] }, alToken),
        ),
      ).toBe(1507);
      expect(await codeOf(admin.tokenOf(al))).toBe(1004);
      expect(await codeOf(bosClient.say(al, "are you there?"))).toBe(1004);

      await bosFriends.agrees();
      expect(bosFriends.fullSyncs).toBe(1);
      await bosClient.until(() =>
        [1205, 1504, 1507].every((type) =>
          bosClient.pushed.some(({ message }) => message.contentType === type),
        ),
      );
      expect(await membersOf(admin, `own${run}`)).toEqual({
        [bo]: 100,
        [cy]: 20,
      });
      expect(await membersOf(admin, `led${run}`)).toEqual({
        [cy]: 100,
        [bo]: 20,
      });
      expect(await membersOf(admin, `in${run}`)).toEqual({ [bo]: 100 });
      expect(await membersOf(admin, `alone${run}`)).toEqual({});
      const load = (name: string) => fetch(`${server.api}/object/${name}`);
      expect((await load(`${al}/mine.txt`)).status).toBe(404);
      expect((await load(`${al}/both.txt`)).status).toBe(404);
      expect(await (await load(`${bo}/both.txt`)).text()).toBe(`both ${run}`);

      // Messages belong to the other side, too.
      const { [chat]: last = 0 } = await bosClient.newestSeqs();
      const told = await bosClient.pull(chat, 1, last);
      expect(
        told.filter((m) => m.contentType === 101).map(({ sendID }) => sendID),
      ).toEqual([al, bo]);

      // Somebody else gets the userID, and nothing that was the first one's.
      await register(admin, al);
      await using next = await Client.connect(
        server.ws,
        al,
        await admin.tokenOf(al),
      );
      expect(
        Object.values(await next.newestSeqs()).filter((seq) => seq > 0),
      ).toEqual([]);
      await bosClient.say(al, "hello, stranger");
      await next.until(() => next.heard().length === 1);
      const seen = await next.pull(chat, 1, last + 1);
      expect(
        seen.filter(({ content }) => content.length > 0).map((m) => m.seq),
      ).toEqual([last + 1]);
      const { conversations } = await admin.post<{
        conversations: { conversationID: string }[];
      }>(GetAllConversations, { ownerUserID: al });
      expect(conversations.map((each) => each.conversationID)).toEqual([chat]);
      await (await followFriends(admin, al)).agrees();
    });

    test("takes the messages along if that is asked for, also later", async () => {
      await using world = await open();
      const { server, admin } = world;
      const [al = "", bo = ""] = await admin.users("al", "bo");
      const groupID = `g${al}`;
      await makeGroup(admin, groupID, bo, { members: [al] });
      await using alsClient = await Client.connect(
        server.ws,
        al,
        await admin.tokenOf(al),
      );
      await using bosClient = await Client.connect(
        server.ws,
        bo,
        await admin.tokenOf(bo),
      );
      for (const text of ["a", "b", "c"]) await alsClient.say(bo, text);
      await bosClient.say(al, "mine");
      await alsClient.say("", "d", { groupID, sessionType: 3 });
      const texts = async (conversationID: string, last: number) =>
        (await bosClient.pull(conversationID, 1, last))
          .filter((m) => m.contentType === 101 && m.content.length > 0)
          .map(({ sendID }) => sendID);

      await remove(admin, al);
      const chat = singleChatID(al, bo);
      expect(await texts(chat, 4)).toEqual([al, al, al, bo]);
      const { state, removed } = await remove(admin, al, true);
      expect(state).toBe("done");
      // The visible copy of the notice of leaving may be among them.
      expect(removed?.messages).toBeGreaterThanOrEqual(4);
      expect(await texts(chat, 4)).toEqual([bo]);
      expect(await texts(`sg_${groupID}`, 20)).toEqual([]);
      await bosClient.until(() =>
        bosClient.pushed.some(
          ({ message, conversationID }) =>
            message.contentType === 2102 && conversationID.startsWith("n_"),
        ),
      );
    });

    test("is gone at once while the rest goes, and all goes although the server is killed in between", async () => {
      await using world = await open();
      const { server, admin } = world;
      const [al = "", bo = ""] = await admin.users("al", "bo");
      const groups = Array.from({ length: 150 }, (_, i) => `${al}-${i}`);
      for (const groupID of groups)
        await makeGroup(admin, groupID, bo, { members: [al] });
      const token = await admin.tokenOf(al);

      const asked = remove(admin, al, true).catch(() => undefined);
      let known: UserDeletion | undefined;
      while (!known || (known.removed?.groupMemberships ?? 0) < 5)
        known = await deletionOf(admin, al).catch(() => undefined);
      expect(known.state).toBe("running");
      expect(
        await codeOf(post(server.api, GetUsersInfo, { userIDs: [al] }, token)),
      ).toBe(1507);
      expect(await codeOf(admin.tokenOf(al))).toBe(1004);
      expect(await codeOf(register(admin, al))).toBe(1102);
      await server.kill();
      await asked;

      await server.start();
      const again = await Admin.signIn(server.api);
      let end = await deletionOf(again, al);
      expect(end.removed?.groupMemberships).toBeLessThan(groups.length);
      while (end.state !== "done") end = await deletionOf(again, al);
      expect(end.removed).toMatchObject({
        groupMemberships: groups.length,
        profiles: 1,
        tokens: 1,
      });
      await register(again, al);
    });

    test("is no administrator, who is refused, and may be a notification account", async () => {
      await using world = await open();
      const { server, admin } = world;
      expect(await codeOf(remove(admin, "imAdmin"))).toBe(1002);
      expect(await codeOf(remove(admin, "nobody"))).toBe(1004);
      expect(await codeOf(deletionOf(admin, "nobody"))).toBe(1004);
      const { userID } = await admin.post<{ userID: string }>(
        AddNotificationAccount,
        { nickName: "News", appMangerLevel: 3 },
      );
      expect((await remove(admin, userID)).state).toBe("done");
      const [al = ""] = await admin.users("al");
      expect(
        await codeOf(
          post(server.api, DeleteUser, { userID: al }, await admin.tokenOf(al)),
        ),
      ).toBe(1002);
    });
  });

test("the userID of a deleted user stands nowhere but where others need it", async () => {
  await using world = await openSqlite();
  const { server, admin } = world;
  const [al = "", bo = ""] = await admin.users("al", "bo");
  await admin.post(ImportFriend, {
    ownerUserID: al,
    friendUserIDs: [bo],
  });
  await makeGroup(admin, `g${al}`, al, { members: [bo] });
  await using client = await Client.connect(
    server.ws,
    al,
    await admin.tokenOf(al),
  );
  await client.say(bo, "one");
  await client.say("", "two", { groupID: `g${al}`, sessionType: 3 });
  await admin.post(GetIncrementalFriends, { userID: al });
  await remove(admin, al, true);
  await server.stop();
  expect(placesOf(server.dataFolder, al)).toEqual([
    // The other's list of conversations is the other's.
    "conversations.user_id",
    "user_deletions.user_id",
    // A later owner of the userID reads nothing of the former one.
    "user_seqs.user_id",
    // Clients that were away learn that they are gone.
    "version_entries.entry_id",
  ]);
});

test("receivers of webhooks hear whom a deleted user leaves behind", async () => {
  const heard = new Set<string>();
  const { promise: all, resolve } = Promise.withResolvers<void>();
  const wanted = [
    "afterQuitGroup",
    "afterTransferGroupOwner",
    "afterDismissGroup",
    "afterDeleteFriend",
    "afterRemoveBlack",
  ];
  await using receiver = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { callbackCommand } = (await request.json()) as {
        callbackCommand: string;
      };
      heard.add(callbackCommand);
      if (heard.size === wanted.length) resolve();
      return Response.json({ errCode: 0 });
    },
  });
  await using server = await startServer({
    environment: {
      PARLEY_WEBHOOKS_URL: `http://127.0.0.1:${receiver.port}/hooks`,
      PARLEY_WEBHOOKS_HOOKS: JSON.stringify(
        Object.fromEntries(wanted.map((name) => [name, { enable: true }])),
      ),
    },
  });
  const admin = await Admin.signIn(server.api);
  const [al = "", bo = ""] = await admin.users("al", "bo");
  await admin.post(ImportFriend, {
    ownerUserID: al,
    friendUserIDs: [bo],
  });
  await admin.post(AddBlack, { ownerUserID: bo, blackUserID: al });
  await makeGroup(admin, `own${al}`, al, { members: [bo] });
  await makeGroup(admin, `alone${al}`, al);
  await remove(admin, al);
  await all;
  expect([...heard].sort()).toEqual([
    "callbackAfterDeleteFriendCommand",
    // OpenIM spells it like this.
    "callbackAfterDisMissGroupCommand",
    "callbackAfterQuitGroupCommand",
    "callbackAfterRemoveBlackCommand",
    "callbackAfterTransferGroupOwnerCommand",
  ]);
});
