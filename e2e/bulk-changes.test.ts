import { afterAll, describe, expect, test } from "bun:test";

import { startPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import type { EmbeddedPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import {
  CreateGroup,
  DismissGroup,
  GetGroupMembersInfo,
  GetGroupsInfo,
  InviteUserToGroup,
  KickGroup,
  SetGroupInfoEx,
  SetGroupMemberInfo,
  TransferGroup,
} from "@parley/protocol/methods/groups";
import {
  GetAllConversations,
  SetConversations,
} from "@parley/protocol/methods/conversations";
import {
  BatchSendMsg,
  DeleteMsgs,
  UserClearAllMsg,
} from "@parley/protocol/methods/messages";
import {
  GetFullFriendUserIDs,
  ImportFriend,
} from "@parley/protocol/methods/friends";
import { UpdateUserInfoEx } from "@parley/protocol/methods/users";

import { Admin, Client, post } from "./client.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";
import type { Called } from "./client.ts";

// One call may change thousands of rows, which are written part by part. Whatever
// comes between two parts, all is done in the end, and once.

let postgres: EmbeddedPostgres | undefined;
afterAll(() => postgres?.stop());

async function open(kind: string): Promise<RunningServer> {
  if (kind === "postgres") postgres ??= await startPostgres();
  return startServer({
    environment: {
      PARLEY_DATABASE_URL:
        kind === "postgres" ? await postgres!.createDatabase() : "",
    },
  });
}

const size = 420;

interface World {
  server: RunningServer;
  admin: Admin;
  owner: string;
  crowd: string[];
  groupID: string;
  client: Client;
  post<Data = unknown>(route: Called, body: object): Promise<Data>;
}

/** A group of its owner alone, and many who may join it. */
async function world(server: RunningServer): Promise<World> {
  const admin = await Admin.signIn(server.api);
  const names = Array.from({ length: size }, (_, i) => `m${i}`);
  const [owner = "", ...crowd] = await admin.users("owner", ...names);
  const { groupInfo } = await admin.post<{ groupInfo: { groupID: string } }>(
    CreateGroup,
    {
      ownerUserID: owner,
      memberUserIDs: [],
      groupInfo: { groupType: 2, groupName: "tea" },
    },
  );
  const token = await admin.tokenOf(owner);
  return {
    server,
    admin,
    owner,
    crowd,
    groupID: groupInfo.groupID,
    client: await Client.connect(server.ws, owner, token),
    post: (route, body) => post(server.api, route, body, token),
  };
}

const invite = ({ admin, groupID, crowd }: World) =>
  admin.post(InviteUserToGroup, { groupID, invitedUserIDs: crowd });

const memberCount = async ({ admin, groupID }: World): Promise<number> => {
  const { groupInfos } = await admin.post<{
    groupInfos: { memberCount: number }[];
  }>(GetGroupsInfo, { groupIDs: [groupID] });
  return groupInfos[0]?.memberCount ?? 0;
};

const conversationsOf = async ({ admin }: World, ownerUserID: string) =>
  (
    await admin.post<{
      conversations:
        | {
            conversationID: string;
            groupAtType: number;
            recvMsgOpt: number;
            minSeq: number;
            maxSeq: number;
          }[]
        | null;
    }>(GetAllConversations, { ownerUserID })
  ).conversations ?? [];

const countOf = async (
  of: World,
  isSo: (row: Awaited<ReturnType<typeof conversationsOf>>[number]) => boolean,
): Promise<number> => {
  let count = 0;
  for (const userID of of.crowd)
    for (const row of await conversationsOf(of, userID))
      if (row.conversationID === `sg_${of.groupID}` && isSo(row)) count++;
  return count;
};

const setMembers = ({ post, groupID }: World, userIDs: readonly string[]) =>
  post(SetGroupMemberInfo, {
    members: userIDs.map((userID) => ({
      ...{ groupID, userID, nickname: "named", roleLevel: 60 },
    })),
  });

async function countMembers(
  { admin, groupID, crowd: userIDs }: World,
  wanted: { nickname: string; roleLevel: number },
): Promise<number> {
  const { members } = await admin.post<{
    members: { nickname: string; roleLevel: number }[] | null;
  }>(GetGroupMembersInfo, { groupID, userIDs });
  return (members ?? []).filter(
    ({ nickname, roleLevel }) =>
      nickname === wanted.nickname && roleLevel === wanted.roleLevel,
  ).length;
}

/** Polls, as there is no event for work that a start resumed. */
async function until<T extends boolean | number>(
  ask: () => Promise<T>,
  wanted: T,
): Promise<void> {
  for (let tries = 0; tries < 3_000; tries++) {
    if ((await ask()) === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect<unknown>(await ask()).toBe(wanted);
}

interface Change {
  title: string;
  first?(of: World): Promise<unknown>;
  make(of: World): Promise<unknown>;
  /** Returns the number of users that the change has reached. */
  reached(of: World): Promise<number>;
  most: number;
}

const changes: Change[] = [
  {
    title: "an invitation",
    make: invite,
    reached: async (of) => (await memberCount(of)) - 1,
    most: size,
  },
  {
    title: "a removal of many",
    first: async (of) => {
      await invite(of);
      await of.client.say("", "hello", { groupID: of.groupID, sessionType: 3 });
    },
    make: ({ post, groupID, crowd }) =>
      post(KickGroup, { groupID, kickedUserIDs: crowd }),
    reached: (of) => countOf(of, ({ maxSeq }) => maxSeq > 0),
    most: size,
  },
  {
    title: "names and roles for many members",
    first: invite,
    make: (of) => setMembers(of, of.crowd),
    reached: (of) => countMembers(of, { nickname: "named", roleLevel: 60 }),
    most: size,
  },
  {
    title: "an announcement",
    first: invite,
    make: ({ post, groupID }) =>
      post(SetGroupInfoEx, { groupID, notification: "hear" }),
    reached: (of) => countOf(of, ({ groupAtType }) => groupAtType === 4),
    most: size,
  },
  {
    title: "a message that names all",
    first: invite,
    make: ({ client, groupID }) =>
      client.say("", "all", {
        groupID,
        sessionType: 3,
        contentType: 106,
        atUserIDList: ["AtAllTag"],
      }),
    reached: (of) => countOf(of, ({ groupAtType }) => groupAtType === 2),
    most: size,
  },
  {
    title: "a setting for many",
    first: invite,
    make: ({ admin, groupID, crowd }) =>
      admin.post(SetConversations, {
        userIDs: crowd,
        conversation: {
          conversationID: `sg_${groupID}`,
          conversationType: 3,
          groupID,
          recvMsgOpt: 2,
        },
      }),
    reached: (of) => countOf(of, ({ recvMsgOpt }) => recvMsgOpt === 2),
    most: size,
  },
  {
    title: "clearing all conversations",
    first: ({ admin, owner, crowd }) =>
      admin.post(BatchSendMsg, {
        sendID: owner,
        content: { content: "hello" },
        contentType: 101,
        sessionType: 1,
        recvIDs: crowd,
      }),
    make: ({ admin, owner }) =>
      admin.post(UserClearAllMsg, {
        userID: owner,
        deleteSyncOpt: { IsSyncSelf: true, IsSyncOther: false },
      }),
    reached: async (of) =>
      (await conversationsOf(of, of.owner)).filter(
        ({ conversationID, minSeq }) =>
          conversationID.startsWith("si_") && minSeq === 2,
      ).length,
    most: size,
  },
  {
    title: "deleting many messages for everybody",
    first: async ({ client, crowd: [peer = ""] }) => {
      for (let seq = 1; seq <= 200; seq++) await client.say(peer, "hello");
    },
    make: ({ post, owner, crowd: [peer = ""] }) =>
      post(DeleteMsgs, {
        userID: owner,
        conversationID: `si_${[owner, peer].sort().join("_")}`,
        seqs: Array.from({ length: 200 }, (_, i) => i + 1),
        deleteSyncOpt: { IsSyncSelf: true, IsSyncOther: true },
      }),
    async reached({ server, admin, owner, crowd: [peer = ""] }) {
      const token = await admin.tokenOf(peer, 1);
      const device = { platformID: 1 };
      await using client = await Client.connect(server.ws, peer, token, device);
      const id = `si_${[owner, peer].sort().join("_")}`;
      const left = await client.pull(id, 1, 200);
      return left.filter(({ contentType }) => contentType !== 101).length;
    },
    most: 200,
  },
  {
    title: "an import of friends",
    make: ({ admin, owner, crowd }) =>
      admin.post(ImportFriend, {
        ownerUserID: owner,
        friendUserIDs: crowd,
      }),
    // Each friend's welcome opens their chat.
    reached: async (of) =>
      (await conversationsOf(of, of.owner)).filter(({ conversationID }) =>
        conversationID.startsWith("si_"),
      ).length,
    most: size,
  },
  {
    title: "a dismissal",
    first: invite,
    make: ({ post, groupID }) => post(DismissGroup, { groupID }),
    reached: async (of) => size - Math.max(0, (await memberCount(of)) - 1),
    most: size,
  },
];

describe.each(["sqlite", "postgres"])(
  "a change of thousands of rows, %s:",
  (kind) => {
    for (const { title, first: prepare, make, reached, most } of changes)
      test(`${title} is whole although the server was killed amid it`, async () => {
        await using server = await open(kind);
        const of = await world(server);
        await prepare?.(of);
        expect(await reached(of)).toBe(0);
        // It is killed when others can see the first part, or after the last.
        const made = make(of).catch(() => undefined);
        const first = { ...of, crowd: of.crowd.slice(0, 1) };
        await until(async () => (await reached(first)) > 0, true);
        await server.kill();
        await made;
        await server.start();
        const admin = await Admin.signIn(server.api);
        await until(() => reached({ ...of, admin }), most);
      });
  },
);

test.each(["sqlite", "postgres"])(
  "ten imports of 500 friends were all answered at the end, %s",
  async (kind) => {
    await using server = await open(kind);
    const { admin, owner, crowd, post } = await world(server);
    const more = await admin.users(
      ...Array.from({ length: 90 }, (_, i) => `more${i}`),
    );
    const owners = more.slice(0, 10);
    const friendUserIDs = [...crowd, ...more.slice(10)];
    const answered: string[] = [];
    let isOver = false;
    const imports = Promise.all(
      owners.map(async (ownerUserID) => {
        const body = { ownerUserID, friendUserIDs };
        await admin.post(ImportFriend, body);
        answered.push("import");
      }),
    ).finally(() => (isOver = true));
    while (!isOver) {
      const userInfo = { userID: owner, ex: String(answered.length) };
      await post(UpdateUserInfoEx, { userInfo });
      answered.push("short");
    }
    await imports;
    const between = answered
      .join(" ")
      .split("import")
      .slice(1, -1)
      .filter((text) => text.includes("short"));
    // A busy machine reads many answers together. With all but the first at the
    // end there is one gap.
    expect(between.length).toBeGreaterThanOrEqual(2);
    for (const ownerUserID of owners) {
      const { userIDs } = await admin.post<{ userIDs: string[] }>(
        GetFullFriendUserIDs,
        { userID: ownerUserID, idHash: 0 },
      );
      expect(userIDs).toHaveLength(friendUserIDs.length);
    }
  },
);

test("a webhook's refusal of one part of an invitation leaves everybody out", async () => {
  let asked = 0;
  const receiver = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () =>
      Response.json(
        ++asked < 3 ? {} : { actionCode: 0, nextCode: 1, errCode: 5001 },
      ),
  });
  const on = { enable: true, timeout: 5 };
  await using server = await startServer({
    environment: {
      PARLEY_WEBHOOKS_URL: `http://127.0.0.1:${receiver.port}/hooks`,
      PARLEY_WEBHOOKS_HOOKS: JSON.stringify({ beforeMemberJoinGroup: on }),
    },
  });
  const of = await world(server);
  asked = 0;
  await expect(invite(of)).rejects.toMatchObject({ code: 5001 });
  expect(asked).toBe(3);
  expect(await memberCount(of)).toBe(1);
  await receiver.stop(true);
});

test("one of many members who may not be changed leaves all as they were", async () => {
  await using server = await startServer();
  const of = await world(server);
  await invite(of);
  const set = setMembers(of, [...of.crowd, of.owner]);
  await expect(set).rejects.toMatchObject({ code: 1001 });
  const named = { nickname: "named", roleLevel: 60 };
  expect(await countMembers(of, named)).toBe(0);
  await setMembers(of, of.crowd);
  expect(await countMembers(of, named)).toBe(size);
});

test("who leaves while many members are set is left out, and a new owner stays owner", async () => {
  await using server = await startServer();
  const of = await world(server);
  await invite(of);
  const [heir = "", leaver = ""] = of.crowd.slice(-2);
  const first = { ...of, crowd: of.crowd.slice(0, 1) };
  const named = { nickname: "named", roleLevel: 60 };
  const { admin, groupID } = of;
  const set = setMembers(of, of.crowd);
  await until(async () => (await countMembers(first, named)) > 0, true);
  await Promise.all([
    admin.post(KickGroup, { groupID, kickedUserIDs: [leaver] }),
    admin.post(TransferGroup, {
      ...{ groupID, oldOwnerUserID: of.owner, newOwnerUserID: heir },
    }),
  ]);
  await set;
  expect(await countMembers(of, named)).toBeGreaterThanOrEqual(size - 2);
  const { groupInfos } = await admin.post<{
    groupInfos: { ownerUserID: string; memberCount: number }[];
  }>(GetGroupsInfo, { groupIDs: [groupID] });
  expect(groupInfos[0]).toMatchObject({ ownerUserID: heir, memberCount: size });
  const { members } = await admin.post<{ members: { roleLevel: number }[] }>(
    GetGroupMembersInfo,
    { groupID, userIDs: [heir] },
  );
  expect(members[0]?.roleLevel).toBe(100);
});

test("one of many owners whom a setting is not for leaves all as they were", async () => {
  await using server = await startServer();
  const of = await world(server);
  await of.admin.post(InviteUserToGroup, {
    groupID: of.groupID,
    invitedUserIDs: of.crowd.slice(1),
  });
  const set = of.admin.post(SetConversations, {
    userIDs: of.crowd.toReversed(),
    conversation: {
      conversationID: `sg_${of.groupID}`,
      conversationType: 3,
      groupID: of.groupID,
      recvMsgOpt: 2,
    },
  });
  await expect(set).rejects.toMatchObject({ code: 1002 });
  expect(await countOf(of, ({ recvMsgOpt }) => recvMsgOpt !== 0)).toBe(0);
});
