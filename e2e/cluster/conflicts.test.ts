import { afterAll, beforeAll, expect, test } from "bun:test";

import { ForceLogout, ParseToken } from "@parley/protocol/methods/auth";
import {
  AddBlack,
  AddFriend,
  AddFriendResponse,
  GetFriendList,
} from "@parley/protocol/methods/friends";
import {
  CreateGroup,
  DismissGroup,
  GetGroupMemberList,
  GetGroupsInfo,
  JoinGroup,
  KickGroup,
  MuteGroup,
  MuteGroupMember,
  TransferGroup,
} from "@parley/protocol/methods/groups";
import {
  GetConversation,
  SetConversations,
} from "@parley/protocol/methods/conversations";
import { SendMsg } from "@parley/protocol/methods/messages";
import { UserRegister } from "@parley/protocol/methods/users";

import { Admin, post, RequestError } from "../client.ts";
import type { Called } from "../client.ts";
import { startCluster } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";

// Concurrent changes of the same rows on two nodes must be serializable: the result must
// be one that the changes could have had one after the other.

const rounds = 12;
const owner = 100;

let cluster: Cluster;
let admins: [Admin, Admin];
beforeAll(async () => {
  cluster = await startCluster({ nodes: 2 });
  admins = await Promise.all([
    Admin.signIn(cluster.node(0).server.api),
    Admin.signIn(cluster.node(1).server.api),
  ]);
});
afterAll(() => cluster[Symbol.asyncDispose]());

/** Calls both nodes at once and returns the error codes; 0: success. */
async function both(
  ...calls: [[Called, object], [Called, object]]
): Promise<number[]> {
  return Promise.all(
    calls.map(([route, body], at) => codeOf(admins[at]!, route, body)),
  );
}

const codeOf = (admin: Admin, route: Called, body: object): Promise<number> =>
  admin.post(route, body).then(
    () => 0,
    (error: unknown) => {
      if (!(error instanceof RequestError)) throw error;
      return error.code;
    },
  );

async function makeGroup(ownerUserID: string, ...memberUserIDs: string[]) {
  const { groupInfo } = await admins[0].post<{
    groupInfo: { groupID: string };
  }>(CreateGroup, {
    ...{ ownerUserID, memberUserIDs },
    groupInfo: { groupName: "g", groupType: 2, needVerification: 2 },
  });
  return groupInfo.groupID;
}

/** Reads the roles by userID from each node. */
async function rolesAt(
  node: number,
  groupID: string,
): Promise<Record<string, number>> {
  const { members } = await admins[node]!.post<{
    members: { userID: string; roleLevel: number }[] | null;
  }>(GetGroupMemberList, {
    ...{ groupID, filter: 0 },
    pagination: { pageNumber: 1, showNumber: 100 },
  });
  return Object.fromEntries(
    (members ?? []).map(({ userID, roleLevel }) => [userID, roleLevel]),
  );
}

const owners = (roles: Record<string, number>): string[] =>
  Object.keys(roles).filter((userID) => roles[userID] === owner);

test("one userID is registered once", async () => {
  for (let i = 0; i < rounds; i++) {
    const users = [{ userID: `twice${i}`, nickname: "Twice" }];
    const codes = await both(
      [UserRegister, { users }],
      [UserRegister, { users }],
    );
    expect(codes.filter((code) => code === 0).length).toBe(1);
    expect(Math.max(...codes)).not.toBe(500);
    expect(Math.max(...codes)).toBeLessThan(90_000);
  }
});

test("a group that is given to two users has one owner", async () => {
  const [ann = "", bob = "", carl = ""] = await admins[0].users(
    ...["ann", "bob", "carl"],
  );
  for (let i = 0; i < rounds; i++) {
    const groupID = await makeGroup(ann, bob, carl);
    const to = (newOwnerUserID: string) => ({
      ...{ groupID, oldOwnerUserID: ann, newOwnerUserID },
    });
    const codes = await both(
      [TransferGroup, to(bob)],
      [TransferGroup, to(carl)],
    );
    expect(codes).toContain(0);
    const roles = await rolesAt(0, groupID);
    expect(owners(roles).length).toBe(1);
    expect(await rolesAt(1, groupID)).toEqual(roles);
  }
});

test("an owner is a member, also when kicked in the same moment", async () => {
  const [ann = "", bob = ""] = await admins[0].users("ann", "bob");
  for (let i = 0; i < rounds; i++) {
    const groupID = await makeGroup(ann, bob);
    await both(
      [TransferGroup, { groupID, oldOwnerUserID: ann, newOwnerUserID: bob }],
      [KickGroup, { groupID, kickedUserIDs: [bob], reason: "" }],
    );
    const roles = await rolesAt(0, groupID);
    expect(owners(roles).length).toBe(1);
    expect(await rolesAt(1, groupID)).toEqual(roles);
  }
});

test("nobody stays in a group that is dismissed while they join", async () => {
  const [ann = "", bob = "", carl = ""] = await admins[0].users(
    ...["ann", "bob", "carl"],
  );
  for (let i = 0; i < rounds; i++) {
    const groupID = await makeGroup(ann, bob);
    const [, dismissed] = await both(
      [
        JoinGroup,
        { groupID, reqMessage: "", joinSource: 3, inviterUserID: carl },
      ],
      [DismissGroup, { groupID, deleteMember: false }],
    );
    expect(dismissed).toBe(0);
    for (const admin of admins) {
      const { groupInfos } = await admin.post<{
        groupInfos: { status: number; memberCount: number }[];
      }>(GetGroupsInfo, { groupIDs: [groupID] });
      expect(groupInfos).toMatchObject([{ status: 2, memberCount: 0 }]);
    }
  }
});

test("an application that is accepted twice makes one friendship", async () => {
  for (let i = 0; i < rounds; i++) {
    const [fromUserID = "", toUserID = ""] = await admins[0].users(
      "ann",
      "bob",
    );
    await admins[1].post(AddFriend, { fromUserID, toUserID, reqMsg: "" });
    const accept = { fromUserID, toUserID, handleResult: 1, handleMsg: "" };
    const codes = await both(
      [AddFriendResponse, accept],
      [AddFriendResponse, accept],
    );
    expect(codes).toContain(0);
    expect(codes).not.toContain(500);
    for (const admin of admins)
      for (const userID of [fromUserID, toUserID]) {
        const { friendsInfo } = await admin.post<{ friendsInfo: object[] }>(
          ...([
            GetFriendList,
            { userID, pagination: { pageNumber: 1, showNumber: 10 } },
          ] as const),
        );
        expect(friendsInfo.length).toBe(1);
      }
  }
});

test("who joins at two nodes at once is counted once, and each is", async () => {
  const [ann = "", ...others] = await admins[0].users(
    ...["ann", "bob", "carl", "dora", "eve"],
  );
  for (let i = 0; i < rounds; i++) {
    const groupID = await makeGroup(ann);
    const join = (inviterUserID: string): [Called, object] => [
      JoinGroup,
      { groupID, reqMessage: "", joinSource: 3, inviterUserID },
    ];
    const [bob = "", carl = "", dora = "", eve = ""] = others;
    const codes = (
      await Promise.all([
        both(join(bob), join(bob)),
        both(join(carl), join(dora)),
        both(join(eve), [MuteGroup, { groupID }]),
      ])
    ).flat();
    expect(codes.toSorted()).toEqual([0, 0, 0, 0, 0, 1001]);
    const roles = await rolesAt(0, groupID);
    expect(Object.keys(roles).toSorted()).toEqual([ann, ...others].toSorted());
    for (const [at, admin] of admins.entries()) {
      expect(await rolesAt(at, groupID)).toEqual(roles);
      const { groupInfos } = await admin.post<{
        groupInfos: { memberCount: number; status: number }[];
      }>(GetGroupsInfo, { groupIDs: [groupID] });
      expect(groupInfos).toMatchObject([{ memberCount: 5, status: 3 }]);
    }
  }
});

test("a setting of a chat is not lost to the notice that makes the chat", async () => {
  for (let i = 0; i < rounds; i++) {
    const [ann = "", bob = ""] = await admins[0].users("ann", "bob");
    const groupID = await makeGroup(ann, bob);
    const conversationID = `sg_${groupID}`;
    const codes = await both(
      [
        SetConversations,
        {
          userIDs: [bob],
          conversation: {
            ...{ conversationID, conversationType: 3, groupID },
            ...{ recvMsgOpt: 2 },
          },
        },
      ],
      [MuteGroup, { groupID }],
    );
    expect(codes).toEqual([0, 0]);
    for (const admin of admins) {
      const { conversation } = await admin.post<{
        conversation: { recvMsgOpt: number };
      }>(GetConversation, { ownerUserID: bob, conversationID });
      expect(conversation).toMatchObject({ recvMsgOpt: 2 });
    }
  }
});

test("of two sign-ins on one platform at once one stays", async () => {
  for (let i = 0; i < rounds; i++) {
    const [ann = ""] = await admins[0].users("ann");
    const tokens = await Promise.all(
      admins.map((admin) => admin.tokenOf(ann, 1)),
    );
    const codes = await Promise.all(
      tokens.map((token, at) =>
        post(
          cluster.node(at % 2).server.api,
          ParseToken,
          { token },
          token,
        ).then(
          () => 0,
          ({ code }: RequestError) => code,
        ),
      ),
    );
    expect(codes.toSorted()).toEqual([0, 1506]);
  }
});

test("two who apply to each other are friends, or neither of them is", async () => {
  for (let i = 0; i < rounds; i++) {
    const [ann = "", bob = ""] = await admins[0].users("ann", "bob");
    const apply = (fromUserID: string, toUserID: string): [Called, object] =>
      [...[AddFriend, { fromUserID, toUserID, reqMsg: "" }]] as [
        Called,
        object,
      ];
    expect(await both(apply(ann, bob), apply(bob, ann))).toEqual([0, 0]);
    const accept = (fromUserID: string, toUserID: string): [Called, object] => [
      AddFriendResponse,
      { fromUserID, toUserID, handleResult: 1, handleMsg: "" },
    ];
    const codes = await both(accept(ann, bob), accept(bob, ann));
    // Whoever is first answers both.
    expect(codes.toSorted()).toEqual([0, 1001]);
    for (const admin of admins)
      for (const userID of [ann, bob]) {
        const { friendsInfo } = await admin.post<{ friendsInfo: object[] }>(
          ...([
            GetFriendList,
            { userID, pagination: { pageNumber: 1, showNumber: 10 } },
          ] as const),
        );
        expect(friendsInfo.length).toBe(1);
      }
  }
});

test("what was refused at one node is refused at the other once that was answered", async () => {
  const [ann = "", bob = ""] = await admins[0].users("ann", "bob");
  const say = (to: object) =>
    codeOf(admins[1], SendMsg, {
      ...{ sendID: bob, senderPlatformID: 5, contentType: 101, ...to },
      content: { content: "hi" },
    });
  for (let i = 0; i < rounds; i++) {
    const [dora = ""] = await admins[0].users("dora");
    expect(await say({ recvID: dora, sessionType: 1 })).toBe(0);
    await admins[0].post(AddBlack, { ownerUserID: dora, blackUserID: bob });
    expect(await say({ recvID: dora, sessionType: 1 })).toBe(1302);

    const groupID = await makeGroup(ann, bob);
    expect(await say({ groupID, sessionType: 3 })).toBe(0);
    await admins[0].post(MuteGroupMember, {
      ...{ groupID, userID: bob, mutedSeconds: 600 },
    });
    expect(await say({ groupID, sessionType: 3 })).toBe(1402);

    const token = await admins[1].tokenOf(dora);
    const { api } = cluster.node(1).server;
    await post(api, ParseToken, { token }, token);
    await admins[0].post(ForceLogout, { userID: dora, platformID: 5 });
    expect(
      await post(api, GetFriendList, { userID: dora }, token).catch(
        ({ code }: RequestError) => code,
      ),
    ).toBe(1506);
  }
});
