import { newID } from "./fixtures.ts";
import type { Fixtures } from "./fixtures.ts";
import { anyone, firstPage, inGroup, personal, selfOrAdmin } from "./roles.ts";
import type { Caller, Row } from "./roles.ts";

const members = { stranger: 1002, member: 0, manager: 0, owner: 0, imAdmin: 0 };
const managers = { ...members, member: 1002 };
const owners = { ...managers, manager: 1002 };
/** Some routes first look for the caller in the group. */
const knownManagers = { ...managers, stranger: 1004 };
const nobodyOfThem = { ...owners, owner: 1002, imAdmin: 1002 };

const newGroup = async (f: Fixtures) => ({ groupID: await f.group() });

/** A group with one more person in it, at this level. */
async function groupWith(f: Fixtures, level: "members" | "managers") {
  const userID = await f.person();
  return { groupID: await f.group({ [level]: [userID] }), userID };
}
const withMember = (f: Fixtures) => groupWith(f, "members");
const withManager = (f: Fixtures) => groupWith(f, "managers");
const withOwner = async (f: Fixtures) => ({
  ...(await newGroup(f)),
  userID: f.userIDs.owner,
});

const kicking = (target: typeof withMember) => async (f: Fixtures) => {
  const { groupID, userID } = await target(f);
  return { groupID, kickedUserIDs: [userID] };
};
const muting = (target: typeof withMember) => async (f: Fixtures) => ({
  ...(await target(f)),
  mutedSeconds: 60,
});
const changing =
  (target: typeof withMember, change: object) => async (f: Fixtures) => ({
    members: [{ ...(await target(f)), ...change }],
  });
const changingOneself =
  (change: object) =>
  async (f: Fixtures, { userID }: Caller) => ({
    members: [{ groupID: await f.group(), userID, ...change }],
  });
const listFrom = { versionID: "", version: 0 };

/** The group, and another in which only self and somebody are. */
async function withForeign(f: Fixtures) {
  const [groupID, foreignID, userID] = [
    await f.group(),
    newID(),
    await f.person(),
  ];
  await f.admin.post("/group/create_group", {
    ownerUserID: f.self,
    memberUserIDs: [userID],
    groupInfo: { groupID: foreignID, groupName: "milk", groupType: 2 },
  });
  return { groupID, foreignID, userID };
}

export const groupRows: Row[] = [
  selfOrAdmin("/group/create_group", ({ self }) => ({
    ownerUserID: self,
    groupInfo: { groupName: "tea", groupType: 2 },
  })),
  inGroup("/group/set_group_info", knownManagers, async (f) => ({
    groupInfoForSet: { ...(await newGroup(f)), groupName: "coffee" },
  })),
  inGroup("/group/set_group_info_ex", knownManagers, async (f) => ({
    ...(await newGroup(f)),
    groupName: "coffee",
  })),
  inGroup("/group/dismiss_group", owners, newGroup),
  inGroup(
    "/group/dismiss_group",
    owners,
    async (f) => ({ ...(await newGroup(f)), deleteMember: true }),
    "with its members",
  ),
  inGroup("/group/transfer_group", owners, async (f) => ({
    ...(await newGroup(f)),
    oldOwnerUserID: f.userIDs.owner,
    newOwnerUserID: f.userIDs.member,
  })),
  inGroup(
    "/group/transfer_group",
    { ...owners, owner: 1002, imAdmin: 1001 },
    async (f) => ({
      ...(await newGroup(f)),
      oldOwnerUserID: f.userIDs.manager,
      newOwnerUserID: f.userIDs.member,
    }),
    "that another owns",
  ),
  inGroup("/group/mute_group", managers, newGroup),
  inGroup("/group/cancel_mute_group", managers, newGroup),

  inGroup("/group/kick_group", managers, kicking(withMember)),
  inGroup(
    "/group/kick_group",
    owners,
    kicking(withManager),
    "of its other manager",
  ),
  inGroup(
    "/group/kick_group",
    { stranger: 1001, member: 1001, manager: 1001, owner: 1001, imAdmin: 1001 },
    kicking(withOwner),
    "of its owner",
  ),
  inGroup("/group/invite_user_to_group", members, async (f) => ({
    ...(await newGroup(f)),
    invitedUserIDs: [await f.person()],
  })),
  inGroup(
    "/group/mute_group_member",
    knownManagers,
    muting(withMember),
    "who is plain",
  ),
  inGroup(
    "/group/mute_group_member",
    { ...owners, stranger: 1004 },
    muting(withManager),
    "who manages",
  ),
  inGroup(
    "/group/mute_group_member",
    { ...nobodyOfThem, stranger: 1004, imAdmin: 0 },
    muting(withOwner),
    "who owns it",
  ),
  inGroup(
    "/group/cancel_mute_group_member",
    knownManagers,
    withMember,
    "who is plain",
  ),
  inGroup(
    "/group/cancel_mute_group_member",
    { ...owners, stranger: 1004 },
    withManager,
    "who manages",
  ),
  inGroup(
    "/group/set_group_member_info",
    managers,
    changing(withMember, { nickname: "x" }),
    "of a plain one",
  ),
  inGroup(
    "/group/set_group_member_info",
    owners,
    changing(withManager, { nickname: "x" }),
    "of a manager",
  ),
  inGroup(
    "/group/set_group_member_info",
    { ...owners, manager: 1002 },
    changing(withOwner, { nickname: "x" }),
    "of the owner",
  ),
  inGroup(
    "/group/set_group_member_info",
    { stranger: 1001, member: 0, manager: 0, owner: 0, imAdmin: 1001 },
    changingOneself({ nickname: "x" }),
    "of oneself",
  ),
  inGroup(
    "/group/set_group_member_info",
    // A manager keeps the role.
    { stranger: 1001, member: 1002, manager: 0, owner: 1001, imAdmin: 1001 },
    changingOneself({ roleLevel: 60 }),
    "making oneself a manager",
  ),
  inGroup(
    "/group/set_group_member_info",
    managers,
    changing(withMember, { roleLevel: 60 }),
    "making a plain one a manager",
  ),
  inGroup(
    "/group/set_group_member_info",
    owners,
    changing(withManager, { roleLevel: 20 }),
    "making a manager a plain one",
  ),
  inGroup(
    "/group/set_group_member_info",
    { ...nobodyOfThem, imAdmin: 0 },
    async (f) => {
      const { groupID, foreignID, userID } = await withForeign(f);
      const own = { groupID, userID: f.userIDs.member, nickname: "x" };
      return { members: [own, { groupID: foreignID, userID, nickname: "x" }] };
    },
    "of one and of another group",
  ),
  inGroup(
    "/group/set_group_member_info",
    nobodyOfThem,
    changing(withMember, { roleLevel: 100 }),
    "making a plain one its owner",
  ),
  inGroup(
    "/group/quit_group",
    { stranger: 1002, member: 0, manager: 1002, owner: 1002, imAdmin: 0 },
    async (f) => ({ ...(await newGroup(f)), userID: f.userIDs.member }),
    "of the member",
  ),
  inGroup("/group/quit_group", nobodyOfThem, withOwner, "of the owner"),

  selfOrAdmin("/group/join_group", async (f) => ({
    ...(await newGroup(f)),
    joinSource: 3,
    inviterUserID: f.self,
  })),
  inGroup("/group/group_application_response", knownManagers, async (f) => {
    const { groupID, applicantID } = await f.application();
    return { groupID, fromUserID: applicantID, handleResult: 1 };
  }),
  personal(
    "/group/group_application_response",
    { stranger: 1004, self: 1004, imAdmin: 0 },
    async (f) => {
      const { groupID } = await f.application(f.self);
      return { groupID, fromUserID: f.self, handleResult: 1 };
    },
    "to one's own application",
  ),
  inGroup(
    "/group/get_recv_group_applicationList",
    { stranger: 1002, member: 1002, manager: 0, owner: 1002, imAdmin: 0 },
    async (f) => ({
      fromUserID: f.userIDs.manager,
      groupIDs: [(await f.application()).groupID],
      ...firstPage,
    }),
    "that the manager got",
  ),
  inGroup(
    "/group/get_recv_group_applicationList",
    managers,
    async (f, { userID }) => ({
      fromUserID: userID || f.self,
      groupIDs: [(await f.application()).groupID],
      ...firstPage,
    }),
    "that the caller got",
  ),
  selfOrAdmin("/group/get_user_req_group_applicationList", async (f) => {
    await f.application(f.self);
    return { userID: f.self, ...firstPage };
  }),
  inGroup(
    "/group/get_group_users_req_application_list",
    managers,
    async (f) => {
      const { groupID, applicantID } = await f.application();
      return { groupID, userIDs: [applicantID] };
    },
  ),
  inGroup(
    "/group/get_specified_user_group_request_info",
    managers,
    async (f) => {
      const { groupID, applicantID } = await f.application();
      return { groupID, userID: applicantID };
    },
    "of somebody",
  ),
  selfOrAdmin(
    "/group/get_specified_user_group_request_info",
    async (f) => {
      const { groupID } = await f.application(f.self);
      return { groupID, userID: f.self };
    },
    "of oneself",
  ),
  selfOrAdmin("/group/get_group_application_unhandled_count", ({ self }) => ({
    userID: self,
  })),

  anyone("/group/get_groups_info", async (f) => ({
    groupIDs: [await f.group()],
  })),
  inGroup("/group/get_groups", { ...nobodyOfThem, imAdmin: 0 }, async (f) => ({
    ...(await newGroup(f)),
    ...firstPage,
  })),
  inGroup("/group/get_group_abstract_info", members, async (f) => ({
    groupIDs: [await f.group()],
  })),
  inGroup(
    "/group/get_group_abstract_info",
    { ...nobodyOfThem, imAdmin: 0 },
    async (f) => {
      const { groupID, foreignID } = await withForeign(f);
      return { groupIDs: [groupID, foreignID] };
    },
    "of one and of another group",
  ),
  inGroup(
    "/group/get_incremental_group_members_batch",
    { ...nobodyOfThem, imAdmin: 0 },
    async (f, { userID }) => {
      const { groupID, foreignID } = await withForeign(f);
      const asked = [groupID, foreignID].map((id) => ({ groupID: id }));
      return { userID, reqList: asked.map((one) => ({ ...one, ...listFrom })) };
    },
    "of one and of another group",
  ),
  inGroup("/group/get_group_members_info", members, async (f) => ({
    ...(await newGroup(f)),
    userIDs: [f.userIDs.owner],
  })),
  inGroup("/group/get_group_member_list", members, async (f) => ({
    ...(await newGroup(f)),
    ...firstPage,
  })),
  inGroup("/group/get_group_member_user_id", members, newGroup),
  inGroup("/group/get_incremental_group_members", members, async (f) => ({
    ...(await newGroup(f)),
    ...listFrom,
  })),
  inGroup(
    "/group/get_incremental_group_members_batch",
    members,
    async (f, { userID }) => ({
      userID,
      reqList: [{ ...(await newGroup(f)), ...listFrom }],
    }),
  ),
  inGroup("/group/get_full_group_member_user_ids", members, async (f) => ({
    ...(await newGroup(f)),
    idHash: 1,
  })),
  selfOrAdmin("/group/get_joined_group_list", ({ self }) => ({
    fromUserID: self,
    ...firstPage,
  })),
  selfOrAdmin("/group/get_incremental_join_groups", ({ self }) => ({
    userID: self,
    ...listFrom,
  })),
  selfOrAdmin("/group/get_full_join_group_ids", ({ self }) => ({
    userID: self,
    idHash: 1,
  })),
];
