import {
  GetAllConversations,
  GetConversations,
  GetFullConversationIDs,
  GetIncrementalConversations,
  GetOwnerConversation,
  GetPinnedConversationIDs,
  GetSortedConversationList,
} from "@parley/protocol/methods/conversations";
import {
  GetConversationsHasReadAndMaxSeq,
  GetNewestSeq,
  PullMsgBySeq,
  SendMsg,
} from "@parley/protocol/methods/messages";
import {
  GetFriendList,
  GetFullFriendUserIDs,
  GetIncrementalBlacks,
  GetIncrementalFriends,
} from "@parley/protocol/methods/friends";
import {
  GetFullGroupMemberUserIDs,
  GetFullJoinGroupIDs,
  GetGroupMemberList,
  GetGroupMembersInfo,
  GetGroups,
  GetIncrementalGroupMembers,
  GetIncrementalGroupMembersBatch,
  GetIncrementalJoinGroups,
  GetJoinedGroupList,
  InviteUserToGroup,
  KickGroup,
  MuteGroupMember,
} from "@parley/protocol/methods/groups";
import { GetActiveJssdkConversations } from "@parley/protocol/methods/jssdk";
import {
  GetAllUserIDs,
  GetUsers,
  GetUsersInfo,
} from "@parley/protocol/methods/users";
import {
  CountRegisteredUsers,
  ListActiveUsers,
} from "@parley/protocol/methods/statistics";
import type { Method } from "@parley/protocol/method";

import { size, versionID } from "./data-set.ts";

/** One route as it is asked in a certain place. */
export interface Case {
  name: string;
  path: string;
  /** Body of the `n`th request; constant if it ignores `n`. */
  body(n: number): unknown;
  /** Token: u0's or the administrator's. */
  as: "user" | "admin";
  /** Clients wait for these at each sign-in: p99 ≤ 20 ms. */
  isSync: boolean;
  /** Fewer than usual, where one is slow or changes something. */
  times?: number;
}

const page = (pageNumber: number, showNumber = 100) => ({
  pagination: { pageNumber, showNumber },
});
const conversationIDs = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => `si_u0_u${from + i}`);
const userIDs = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => `u${from + i}`);
const since = (back: number, newest: number) => ({
  versionID,
  version: Math.max(1, newest - back),
});
const peers = size.conversations - size.ownGroups;
const user = { userID: "u0" };

const sync = (
  name: string,
  { path }: Pick<Method, "path">,
  body: object | ((n: number) => object),
): Case => ({ name, path, body: asFunction(body), as: "user", isSync: true });
const read = (
  name: string,
  { path }: Pick<Method, "path">,
  body: object | ((n: number) => object),
  more: Partial<Case> = {},
): Case => ({
  name,
  path,
  body: asFunction(body),
  as: "admin",
  isSync: false,
  ...more,
});
const asFunction = (body: object | ((n: number) => object)) =>
  typeof body === "function" ? (body as (n: number) => object) : () => body;

/** Number of calls of a case that changes data. */
export const changes = 30;

/** Users who join and leave the large group, warm-up included. */
export const guestIDs: readonly string[] = userIDs(500_000, changes + 5);

export const cases: readonly Case[] = [
  sync("conversations, nothing new", GetIncrementalConversations, {
    ...user,
    ...since(0, size.conversations),
  }),
  sync("conversations, 100 changes", GetIncrementalConversations, {
    ...user,
    ...since(100, size.conversations),
  }),
  sync("conversations, too far behind", GetIncrementalConversations, {
    ...user,
    ...since(4_000, size.conversations),
  }),
  sync("100 conversations", GetConversations, (n) => ({
    ownerUserID: "u0",
    conversationIDs: conversationIDs(1 + ((n * 100) % (peers - 100)), 100),
  })),
  sync("ids of 5,000 conversations", GetFullConversationIDs, {
    ...user,
    idHash: 0,
  }),
  sync("newest seqs of 5,000", GetNewestSeq, user),
  sync("read seqs of 5,000", GetConversationsHasReadAndMaxSeq, user),
  sync("read seqs of 100", GetConversationsHasReadAndMaxSeq, {
    ...user,
    conversationIDs: conversationIDs(1, 100),
  }),
  sync("newest message of 100", PullMsgBySeq, (n) => ({
    ...user,
    order: 0,
    seqRanges: conversationIDs(1 + ((n * 100) % (peers - 100)), 100).map(
      (conversationID) => ({
        conversationID,
        begin: 1,
        end: size.messages,
        num: 1,
      }),
    ),
  })),
  sync("friends, 100 changes", GetIncrementalFriends, {
    ...user,
    ...since(100, size.friends),
  }),
  sync("ids of 2,000 friends", GetFullFriendUserIDs, {
    ...user,
    idHash: 0,
  }),
  sync("blacks", GetIncrementalBlacks, {
    ...user,
    versionID: "",
    version: 0,
  }),
  sync("groups joined, 100 changes", GetIncrementalJoinGroups, {
    ...user,
    ...since(100, size.ownGroups),
  }),
  sync("ids of 500 groups", GetFullJoinGroupIDs, {
    ...user,
    idHash: 0,
  }),
  sync("large group's members, nothing new", GetIncrementalGroupMembers, {
    groupID: "g0",
    ...since(0, size.largeGroup),
  }),
  sync("large group's members, 150 changes", GetIncrementalGroupMembers, {
    groupID: "g0",
    ...since(150, size.largeGroup),
  }),
  sync("large group's members, too far behind", GetIncrementalGroupMembers, {
    groupID: "g0",
    ...since(90_000, size.largeGroup),
  }),
  sync("members of 50 groups at once", GetIncrementalGroupMembersBatch, {
    ...user,
    reqList: Array.from({ length: 50 }, (_, i) => ({
      groupID: `g${i + 1}`,
      versionID: "",
      version: 0,
    })),
  }),
  read(
    "ids of 100,000 members",
    GetFullGroupMemberUserIDs,
    { groupID: "g0", idHash: 0 },
    { as: "user" },
  ),
  read(
    "first conversations by time",
    GetSortedConversationList,
    { ...user, ...page(1, 20) },
    { as: "user" },
  ),
  read(
    "active conversations of the web",
    GetActiveJssdkConversations,
    { ownerUserID: "u0", count: 100 },
    { as: "user" },
  ),
  read(
    "all conversations",
    GetAllConversations,
    { ownerUserID: "u0" },
    { as: "user", times: 40 },
  ),
  read(
    "conversations, page 45",
    GetOwnerConversation,
    { ...user, ...page(45) },
    { as: "user" },
  ),
  read("pinned conversations", GetPinnedConversationIDs, user, { as: "user" }),
  read(
    "friends, page 15",
    GetFriendList,
    { ...user, ...page(15) },
    { as: "user" },
  ),
  read(
    "groups joined, page 4",
    GetJoinedGroupList,
    { fromUserID: "u0", ...page(4) },
    { as: "user" },
  ),
  read(
    "members, first page",
    GetGroupMemberList,
    { groupID: "g0", ...page(1) },
    { as: "user" },
  ),
  read(
    "members, page 900",
    GetGroupMemberList,
    { groupID: "g0", ...page(900) },
    { as: "user" },
  ),
  read(
    "members named so",
    GetGroupMemberList,
    { groupID: "g0", keyword: "777", ...page(1) },
    { as: "user" },
  ),
  read(
    "100 members",
    GetGroupMembersInfo,
    (n) => ({ groupID: "g0", userIDs: userIDs((n * 100) % 90_000, 100) }),
    { as: "user" },
  ),
  read("100 users", GetUsersInfo, (n) => ({
    userIDs: userIDs((n * 7_919) % 900_000, 100),
  })),
  read("users, first page", GetUsers, page(1)),
  read("users, page 9,000", GetUsers, page(9_000)),
  read("users' ids, page 9,000", GetAllUserIDs, page(9_000)),
  read("users by a part of their name", GetUsers, {
    nickName: "777777",
    ...page(1, 20),
  }),
  read("users by a short part of their name", GetUsers, {
    nickName: "on 7",
    ...page(1, 20),
  }),
  read("users by a part of their id", GetUsers, {
    userID: "99999",
    ...page(1, 20),
  }),
  read("groups, page 90", GetGroups, page(90)),
  read("groups by a part of their name", GetGroups, {
    groupName: "777",
    ...page(1),
  }),
  read("users registered, by day", CountRegisteredUsers, {
    start: Date.UTC(2026, 0, 1),
    end: Date.UTC(2026, 0, 12),
  }),
  read("active users", ListActiveUsers, {
    start: 0,
    end: Date.UTC(2100, 0, 1),
    ...page(1),
  }),
  read(
    "a message to the large group",
    SendMsg,
    (n) => ({
      sendID: "u1",
      groupID: "g0",
      senderPlatformID: 5,
      content: { content: `hello ${n}` },
      contentType: 101,
      sessionType: 3,
    }),
    { times: 100 },
  ),
  read(
    "into the large group",
    InviteUserToGroup,
    (n) => ({ groupID: "g0", invitedUserIDs: [guestIDs[n]] }),
    { times: changes },
  ),
  read(
    "out of the large group",
    KickGroup,
    (n) => ({ groupID: "g0", kickedUserIDs: [guestIDs[n]] }),
    { times: changes },
  ),
  read(
    "mute in the large group",
    MuteGroupMember,
    (n) => ({ groupID: "g0", userID: `u${1_000 + n}`, mutedSeconds: 60 }),
    { times: changes },
  ),
];
