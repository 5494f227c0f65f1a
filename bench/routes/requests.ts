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
  path: string,
  body: object | ((n: number) => object),
): Case => ({ name, path, body: asFunction(body), as: "user", isSync: true });
const read = (
  name: string,
  path: string,
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
  sync(
    "conversations, nothing new",
    "/conversation/get_incremental_conversations",
    { ...user, ...since(0, size.conversations) },
  ),
  sync(
    "conversations, 100 changes",
    "/conversation/get_incremental_conversations",
    { ...user, ...since(100, size.conversations) },
  ),
  sync(
    "conversations, too far behind",
    "/conversation/get_incremental_conversations",
    { ...user, ...since(4_000, size.conversations) },
  ),
  sync("100 conversations", "/conversation/get_conversations", (n) => ({
    ownerUserID: "u0",
    conversationIDs: conversationIDs(1 + ((n * 100) % (peers - 100)), 100),
  })),
  sync(
    "ids of 5,000 conversations",
    "/conversation/get_full_conversation_ids",
    { ...user, idHash: 0 },
  ),
  sync("newest seqs of 5,000", "/msg/newest_seq", user),
  sync(
    "read seqs of 5,000",
    "/msg/get_conversations_has_read_and_max_seq",
    user,
  ),
  sync("read seqs of 100", "/msg/get_conversations_has_read_and_max_seq", {
    ...user,
    conversationIDs: conversationIDs(1, 100),
  }),
  sync("newest message of 100", "/msg/pull_msg_by_seq", (n) => ({
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
  sync("friends, 100 changes", "/friend/get_incremental_friends", {
    ...user,
    ...since(100, size.friends),
  }),
  sync("ids of 2,000 friends", "/friend/get_full_friend_user_ids", {
    ...user,
    idHash: 0,
  }),
  sync("blacks", "/friend/get_incremental_blacks", {
    ...user,
    versionID: "",
    version: 0,
  }),
  sync("groups joined, 100 changes", "/group/get_incremental_join_groups", {
    ...user,
    ...since(100, size.ownGroups),
  }),
  sync("ids of 500 groups", "/group/get_full_join_group_ids", {
    ...user,
    idHash: 0,
  }),
  sync(
    "large group's members, nothing new",
    "/group/get_incremental_group_members",
    { groupID: "g0", ...since(0, size.largeGroup) },
  ),
  sync(
    "large group's members, 150 changes",
    "/group/get_incremental_group_members",
    { groupID: "g0", ...since(150, size.largeGroup) },
  ),
  sync(
    "large group's members, too far behind",
    "/group/get_incremental_group_members",
    { groupID: "g0", ...since(90_000, size.largeGroup) },
  ),
  sync(
    "members of 50 groups at once",
    "/group/get_incremental_group_members_batch",
    {
      ...user,
      reqList: Array.from({ length: 50 }, (_, i) => ({
        groupID: `g${i + 1}`,
        versionID: "",
        version: 0,
      })),
    },
  ),
  read(
    "ids of 100,000 members",
    "/group/get_full_group_member_user_ids",
    { groupID: "g0", idHash: 0 },
    { as: "user" },
  ),
  read(
    "first conversations by time",
    "/conversation/get_sorted_conversation_list",
    { ...user, ...page(1, 20) },
    { as: "user" },
  ),
  read(
    "active conversations of the web",
    "/jssdk/get_active_conversations",
    { ownerUserID: "u0", count: 100 },
    { as: "user" },
  ),
  read(
    "all conversations",
    "/conversation/get_all_conversations",
    { ownerUserID: "u0" },
    { as: "user", times: 40 },
  ),
  read(
    "conversations, page 45",
    "/conversation/get_owner_conversation",
    { ...user, ...page(45) },
    { as: "user" },
  ),
  read(
    "pinned conversations",
    "/conversation/get_pinned_conversation_ids",
    user,
    { as: "user" },
  ),
  read(
    "friends, page 15",
    "/friend/get_friend_list",
    { ...user, ...page(15) },
    { as: "user" },
  ),
  read(
    "groups joined, page 4",
    "/group/get_joined_group_list",
    { fromUserID: "u0", ...page(4) },
    { as: "user" },
  ),
  read(
    "members, first page",
    "/group/get_group_member_list",
    { groupID: "g0", ...page(1) },
    { as: "user" },
  ),
  read(
    "members, page 900",
    "/group/get_group_member_list",
    { groupID: "g0", ...page(900) },
    { as: "user" },
  ),
  read(
    "members named so",
    "/group/get_group_member_list",
    { groupID: "g0", keyword: "777", ...page(1) },
    { as: "user" },
  ),
  read(
    "100 members",
    "/group/get_group_members_info",
    (n) => ({ groupID: "g0", userIDs: userIDs((n * 100) % 90_000, 100) }),
    { as: "user" },
  ),
  read("100 users", "/user/get_users_info", (n) => ({
    userIDs: userIDs((n * 7_919) % 900_000, 100),
  })),
  read("users, first page", "/user/get_users", page(1)),
  read("users, page 9,000", "/user/get_users", page(9_000)),
  read("users' ids, page 9,000", "/user/get_all_users_uid", page(9_000)),
  read("users by a part of their name", "/user/get_users", {
    nickName: "777777",
    ...page(1, 20),
  }),
  read("users by a short part of their name", "/user/get_users", {
    nickName: "on 7",
    ...page(1, 20),
  }),
  read("users by a part of their id", "/user/get_users", {
    userID: "99999",
    ...page(1, 20),
  }),
  read("groups, page 90", "/group/get_groups", page(90)),
  read("groups by a part of their name", "/group/get_groups", {
    groupName: "777",
    ...page(1),
  }),
  read("users registered, by day", "/statistics/user/register", {
    start: Date.UTC(2026, 0, 1),
    end: Date.UTC(2026, 0, 12),
  }),
  read("active users", "/statistics/user/active", {
    start: 0,
    end: Date.UTC(2100, 0, 1),
    ...page(1),
  }),
  read(
    "a message to the large group",
    "/msg/send_msg",
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
    "/group/invite_user_to_group",
    (n) => ({ groupID: "g0", invitedUserIDs: [guestIDs[n]] }),
    { times: changes },
  ),
  read(
    "out of the large group",
    "/group/kick_group",
    (n) => ({ groupID: "g0", kickedUserIDs: [guestIDs[n]] }),
    { times: changes },
  ),
  read(
    "mute in the large group",
    "/group/mute_group_member",
    (n) => ({ groupID: "g0", userID: `u${1_000 + n}`, mutedSeconds: 60 }),
    { times: changes },
  ),
];
