import {
  CancelMuteGroup,
  CancelMuteGroupMember,
  CreateGroup,
  DismissGroup,
  GetFullGroupMemberUserIDs,
  GetFullJoinGroupIDs,
  GetGroupAbstractInfo,
  GetGroupApplicationUnhandledCount,
  GetGroupMemberList,
  GetGroupMemberUserID,
  GetGroupMembersInfo,
  GetGroupUsersReqApplicationList,
  GetGroups,
  GetGroupsInfo,
  GetIncrementalGroupMembers,
  GetIncrementalGroupMembersBatch,
  GetIncrementalJoinGroups,
  GetJoinedGroupList,
  GetRecvGroupApplicationList,
  GetSpecifiedUserGroupRequestInfo,
  GetUserReqGroupApplicationList,
  GroupApplicationResponse,
  InviteUserToGroup,
  JoinGroup,
  KickGroup,
  MuteGroup,
  MuteGroupMember,
  QuitGroup,
  SetGroupInfo,
  SetGroupInfoEx,
  SetGroupMemberInfo,
  TransferGroup,
} from "@parley/protocol/methods/groups";

import { newID } from "./fixtures.ts";
import type { Fixtures } from "./fixtures.ts";
import { row, firstPage, onlySelf } from "./roles.ts";
import type { Asker, Row } from "./roles.ts";

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
  async (f: Fixtures, { userID }: Asker) => ({
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
  await f.admin.post(CreateGroup, {
    ownerUserID: f.self,
    memberUserIDs: [userID],
    groupInfo: { groupID: foreignID, groupName: "milk", groupType: 2 },
  });
  return { groupID, foreignID, userID };
}

export const groupRows: Row[] = [
  row(CreateGroup, ({ self }) => ({
    ownerUserID: self,
    groupInfo: { groupName: "tea", groupType: 2 },
  })),
  row(
    SetGroupInfo,
    async (f) => ({
      groupInfoForSet: { ...(await newGroup(f)), groupName: "coffee" },
    }),
    { codes: knownManagers },
  ),
  row(
    SetGroupInfoEx,
    async (f) => ({
      ...(await newGroup(f)),
      groupName: "coffee",
    }),
    { codes: knownManagers },
  ),
  row(DismissGroup, newGroup),
  row(
    DismissGroup,
    async (f) => ({ ...(await newGroup(f)), deleteMember: true }),
    { about: "with its members" },
  ),
  row(TransferGroup, async (f) => ({
    ...(await newGroup(f)),
    oldOwnerUserID: f.userIDs.owner,
    newOwnerUserID: f.userIDs.member,
  })),
  row(
    TransferGroup,
    async (f) => ({
      ...(await newGroup(f)),
      oldOwnerUserID: f.userIDs.manager,
      newOwnerUserID: f.userIDs.member,
    }),
    {
      about: "that another owns",
      codes: { ...owners, owner: 1002, imAdmin: 1001 },
    },
  ),
  row(MuteGroup, newGroup),
  row(CancelMuteGroup, newGroup),

  row(KickGroup, kicking(withMember)),
  row(KickGroup, kicking(withManager), {
    about: "of its other manager",
    codes: owners,
  }),
  row(KickGroup, kicking(withOwner), {
    about: "of its owner",
    codes: {
      stranger: 1001,
      member: 1001,
      manager: 1001,
      owner: 1001,
      imAdmin: 1001,
    },
  }),
  row(InviteUserToGroup, async (f) => ({
    ...(await newGroup(f)),
    invitedUserIDs: [await f.person()],
  })),
  row(MuteGroupMember, muting(withMember), {
    about: "who is plain",
    codes: knownManagers,
  }),
  row(MuteGroupMember, muting(withManager), {
    about: "who manages",
    codes: { ...owners, stranger: 1004 },
  }),
  row(MuteGroupMember, muting(withOwner), {
    about: "who owns it",
    codes: { ...nobodyOfThem, stranger: 1004, imAdmin: 0 },
  }),
  row(CancelMuteGroupMember, withMember, {
    about: "who is plain",
    codes: knownManagers,
  }),
  row(CancelMuteGroupMember, withManager, {
    about: "who manages",
    codes: { ...owners, stranger: 1004 },
  }),
  row(SetGroupMemberInfo, changing(withMember, { nickname: "x" }), {
    about: "of a plain one",
    codes: managers,
  }),
  row(SetGroupMemberInfo, changing(withManager, { nickname: "x" }), {
    about: "of a manager",
    codes: owners,
  }),
  row(SetGroupMemberInfo, changing(withOwner, { nickname: "x" }), {
    about: "of the owner",
    codes: { ...owners, manager: 1002 },
  }),
  row(SetGroupMemberInfo, changingOneself({ nickname: "x" }), {
    about: "of oneself",
    codes: { stranger: 1001, member: 0, manager: 0, owner: 0, imAdmin: 1001 },
  }),
  row(SetGroupMemberInfo, changingOneself({ roleLevel: 60 }), {
    about: "making oneself a manager",
    codes: {
      stranger: 1001,
      member: 1002,
      manager: 0,
      owner: 1001,
      imAdmin: 1001,
    },
  }),
  row(SetGroupMemberInfo, changing(withMember, { roleLevel: 60 }), {
    about: "making a plain one a manager",
    codes: managers,
  }),
  row(SetGroupMemberInfo, changing(withManager, { roleLevel: 20 }), {
    about: "making a manager a plain one",
    codes: owners,
  }),
  row(
    SetGroupMemberInfo,
    async (f) => {
      const { groupID, foreignID, userID } = await withForeign(f);
      const own = { groupID, userID: f.userIDs.member, nickname: "x" };
      return { members: [own, { groupID: foreignID, userID, nickname: "x" }] };
    },
    {
      about: "of one and of another group",
      codes: { ...nobodyOfThem, imAdmin: 0 },
    },
  ),
  row(SetGroupMemberInfo, changing(withMember, { roleLevel: 100 }), {
    about: "making a plain one its owner",
    codes: nobodyOfThem,
  }),
  row(
    QuitGroup,
    async (f) => ({ ...(await newGroup(f)), userID: f.userIDs.member }),
    {
      about: "of the member",
      codes: {
        stranger: 1002,
        member: 0,
        manager: 1002,
        owner: 1002,
        imAdmin: 0,
      },
    },
  ),
  row(QuitGroup, withOwner, { about: "of the owner", codes: nobodyOfThem }),

  row(JoinGroup, async (f) => ({
    ...(await newGroup(f)),
    joinSource: 3,
    inviterUserID: f.self,
  })),
  row(
    GroupApplicationResponse,
    async (f) => {
      const { groupID, applicantID } = await f.application();
      return { groupID, fromUserID: applicantID, handleResult: 1 };
    },
    { codes: knownManagers },
  ),
  row(
    GroupApplicationResponse,
    async (f) => {
      const { groupID } = await f.application(f.self);
      return { groupID, fromUserID: f.self, handleResult: 1 };
    },
    {
      about: "to one's own application",
      codes: { stranger: 1004, self: 1004, imAdmin: 0 },
    },
  ),
  row(
    GetRecvGroupApplicationList,
    async (f) => ({
      fromUserID: f.userIDs.manager,
      groupIDs: [(await f.application()).groupID],
      ...firstPage,
    }),
    {
      about: "that the manager got",
      codes: {
        stranger: 1002,
        member: 1002,
        manager: 0,
        owner: 1002,
        imAdmin: 0,
      },
    },
  ),
  row(
    GetRecvGroupApplicationList,
    async (f, { userID }) => ({
      fromUserID: userID || f.self,
      groupIDs: [(await f.application()).groupID],
      ...firstPage,
    }),
    { about: "that the caller got", codes: managers },
  ),
  row(GetUserReqGroupApplicationList, async (f) => {
    await f.application(f.self);
    return { userID: f.self, ...firstPage };
  }),
  row(GetGroupUsersReqApplicationList, async (f) => {
    const { groupID, applicantID } = await f.application();
    return { groupID, userIDs: [applicantID] };
  }),
  row(
    GetSpecifiedUserGroupRequestInfo,
    async (f) => {
      const { groupID, applicantID } = await f.application();
      return { groupID, userID: applicantID };
    },
    { about: "of somebody", codes: managers },
  ),
  row(
    GetSpecifiedUserGroupRequestInfo,
    async (f) => {
      const { groupID } = await f.application(f.self);
      return { groupID, userID: f.self };
    },
    { about: "of oneself", codes: onlySelf },
  ),
  row(GetGroupApplicationUnhandledCount, ({ self }) => ({
    userID: self,
  })),

  row(GetGroupsInfo, async (f) => ({
    groupIDs: [await f.group()],
  })),
  row(
    GetGroups,
    async (f) => ({
      ...(await newGroup(f)),
      ...firstPage,
    }),
    { codes: { ...nobodyOfThem, imAdmin: 0 } },
  ),
  row(GetGroupAbstractInfo, async (f) => ({
    groupIDs: [await f.group()],
  })),
  row(
    GetGroupAbstractInfo,
    async (f) => {
      const { groupID, foreignID } = await withForeign(f);
      return { groupIDs: [groupID, foreignID] };
    },
    {
      about: "of one and of another group",
      codes: { ...nobodyOfThem, imAdmin: 0 },
    },
  ),
  row(
    GetIncrementalGroupMembersBatch,
    async (f, { userID }) => {
      const { groupID, foreignID } = await withForeign(f);
      const asked = [groupID, foreignID].map((id) => ({ groupID: id }));
      return { userID, reqList: asked.map((one) => ({ ...one, ...listFrom })) };
    },
    {
      about: "of one and of another group",
      codes: { ...nobodyOfThem, imAdmin: 0 },
    },
  ),
  row(GetGroupMembersInfo, async (f) => ({
    ...(await newGroup(f)),
    userIDs: [f.userIDs.owner],
  })),
  row(GetGroupMemberList, async (f) => ({
    ...(await newGroup(f)),
    ...firstPage,
  })),
  row(GetGroupMemberUserID, newGroup),
  row(GetIncrementalGroupMembers, async (f) => ({
    ...(await newGroup(f)),
    ...listFrom,
  })),
  row(GetIncrementalGroupMembersBatch, async (f, { userID }) => ({
    userID,
    reqList: [{ ...(await newGroup(f)), ...listFrom }],
  })),
  row(GetFullGroupMemberUserIDs, async (f) => ({
    ...(await newGroup(f)),
    idHash: 1,
  })),
  row(GetJoinedGroupList, ({ self }) => ({
    fromUserID: self,
    ...firstPage,
  })),
  row(GetIncrementalJoinGroups, ({ self }) => ({
    userID: self,
    ...listFrom,
  })),
  row(GetFullJoinGroupIDs, ({ self }) => ({
    userID: self,
    idHash: 1,
  })),
];
