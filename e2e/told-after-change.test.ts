import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  test,
} from "bun:test";

import { ReqIdentifier } from "@parley/protocol/envelope";
import {
  CancelMuteGroup,
  CancelMuteGroupMember,
  CreateGroup,
  DismissGroup,
  GetFullJoinGroupIDs,
  GetGroupMembersInfo,
  GetGroupsInfo,
  GetJoinedGroupList,
  GetRecvGroupApplicationList,
  GetUserReqGroupApplicationList,
  GroupApplicationResponse,
  InviteUserToGroup,
  JoinGroup,
  KickGroup,
  MuteGroup,
  MuteGroupMember,
  QuitGroup,
  SetGroupInfoEx,
  SetGroupMemberInfo,
  TransferGroup,
} from "@parley/protocol/methods/groups";
import {
  AddBlack,
  AddFriend,
  AddFriendResponse,
  DeleteFriend,
  GetBlackList,
  GetFriendApplyList,
  GetFriendList,
  ImportFriend,
  RemoveBlack,
  SetFriendRemark,
  UpdateFriends,
} from "@parley/protocol/methods/friends";
import {
  GetConversation,
  SetConversations,
} from "@parley/protocol/methods/conversations";
import { GetUsersInfo, UpdateUserInfo } from "@parley/protocol/methods/users";
import {
  ClearConversationMsg,
  DeleteMsgs,
  GetConversationsHasReadAndMaxSeq,
  MarkConversationAsRead,
  RevokeMsg,
} from "@parley/protocol/methods/messages";
import { DeleteUser } from "@parley/protocol/methods/deletion";
import { ForceLogout } from "@parley/protocol/methods/auth";
import { startPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import type { EmbeddedPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";

import { Admin, Client, post, RequestError } from "./client.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";
import type { Called } from "./client.ts";

// SDKs ask at once for what they are told of. Who hears of a change and asks sees
// it, whatever the change is.

let postgres: EmbeddedPostgres | undefined;
afterAll(() => postgres?.stop());

const firstPage = { pagination: { pageNumber: 1, showNumber: 100 } };

interface Person {
  userID: string;
  client: Client;
  post<Data = unknown>(route: Called, body: object): Promise<Data>;
}

interface Case {
  title: string;
  contentType: number;
  /** Runs before and is not checked. */
  first?(people: People): Promise<unknown>;
  change(people: People): Promise<unknown>;
  /** Asked the moment that `who` hears of it. */
  who: "ann" | "bob" | "cyd";
  sees(people: People): Promise<boolean>;
}

interface People {
  ann: Person;
  bob: Person;
  cyd: Person;
  admin: Admin;
  groupID: string;
}

const groupOf = async ({ admin, groupID }: People) => {
  const { groupInfos } = await admin.post<{
    groupInfos: {
      groupName: string;
      status: number;
      ownerUserID: string;
      notification: string;
      introduction: string;
      memberCount: number;
    }[];
  }>(GetGroupsInfo, { groupIDs: [groupID] });
  return groupInfos[0]!;
};
const memberOf = async ({ admin, groupID }: People, { userID }: Person) => {
  const { members } = await admin.post<{
    members:
      { roleLevel: number; muteEndTime: number; nickname: string }[] | null;
  }>(GetGroupMembersInfo, { groupID, userIDs: [userID] });
  return members?.[0];
};
const joined = async (who: Person, groupID: string): Promise<boolean> => {
  const { groups } = await who.post<{ groups: { groupID: string }[] | null }>(
    GetJoinedGroupList,
    { fromUserID: who.userID, ...firstPage },
  );
  const { groupIDs } = await who.post<{ groupIDs: string[] | null }>(
    GetFullJoinGroupIDs,
    { userID: who.userID, idHash: 0 },
  );
  const isListed = (groups ?? []).some((each) => each.groupID === groupID);
  expect((groupIDs ?? []).includes(groupID)).toBe(isListed);
  return isListed;
};
const friendOf = async (owner: Person, friend: Person) => {
  const { friendsInfo } = await owner.post<{
    friendsInfo:
      | {
          remark: string;
          isPinned: boolean;
          friendUser: { userID: string; nickname: string };
        }[]
      | null;
  }>(GetFriendList, { userID: owner.userID, ...firstPage });
  return (friendsInfo ?? []).find(
    ({ friendUser }) => friendUser.userID === friend.userID,
  );
};
const blocks = async (owner: Person, other: Person): Promise<boolean> => {
  const { blacks } = await owner.post<{
    blacks: { blackUserInfo: { userID: string } }[] | null;
  }>(GetBlackList, { userID: owner.userID, ...firstPage });
  return (blacks ?? []).some(
    ({ blackUserInfo }) => blackUserInfo.userID === other.userID,
  );
};
const conversationOf = async (owner: Person, conversationID: string) => {
  const { conversation } = await owner.post<{
    conversation: {
      recvMsgOpt: number;
      isPrivateChat: boolean;
      minSeq: number;
      groupAtType: number;
      maxSeq: number;
    };
  }>(GetConversation, {
    ownerUserID: owner.userID,
    conversationID,
  });
  return conversation;
};
const applicationTo = async (who: Person, from: Person) => {
  const { FriendRequests } = await who.post<{
    FriendRequests: { fromUserID: string; handleResult: number }[] | null;
  }>(GetFriendApplyList, { userID: who.userID, ...firstPage });
  return (FriendRequests ?? []).find((each) => each.fromUserID === from.userID);
};
const pairID = (a: Person, b: Person): string =>
  `si_${[a.userID, b.userID].sort().join("_")}`;

const apply = ({ ann, bob }: People) =>
  ann.post(AddFriend, {
    fromUserID: ann.userID,
    toUserID: bob.userID,
    reqMsg: "",
  });
const answer = ({ ann, bob }: People, handleResult: number) =>
  bob.post(AddFriendResponse, {
    fromUserID: ann.userID,
    toUserID: bob.userID,
    handleResult,
    handleMsg: "",
  });
const befriend = async (people: People) => {
  await apply(people);
  await answer(people, 1);
};
const makeGroup = async (
  { ann, groupID }: People,
  members: readonly Person[],
  more: object = {},
) =>
  ann.post(CreateGroup, {
    ownerUserID: ann.userID,
    memberUserIDs: members.map(({ userID }) => userID),
    groupInfo: { groupID, groupType: 2, groupName: "tea", ...more },
  });
const withBob = (people: People) => makeGroup(people, [people.bob]);
const verified = (people: People) =>
  makeGroup(people, [people.bob], { needVerification: 1 });
const applyToGroup = ({ cyd, groupID }: People) =>
  cyd.post(JoinGroup, {
    groupID,
    joinSource: 3,
    inviterUserID: cyd.userID,
  });
const respond = ({ ann, cyd, groupID }: People, handleResult: number) =>
  ann.post(GroupApplicationResponse, {
    groupID,
    fromUserID: cyd.userID,
    handledMsg: "",
    handleResult,
  });
const mute = ({ ann, bob, groupID }: People) =>
  ann.post(MuteGroupMember, {
    groupID,
    userID: bob.userID,
    mutedSeconds: 60,
  });
/** Makes a group with more members than one commit removes. */
const large = async (people: People) => {
  await withBob(people);
  const names = Array.from({ length: 450 }, (_, i) => `m${i}`);
  const invitedUserIDs = await people.admin.users(...names);
  await people.admin.post(InviteUserToGroup, {
    groupID: people.groupID,
    invitedUserIDs,
  });
};
const setInfo =
  (change: object) =>
  ({ ann, groupID }: People) =>
    ann.post(SetGroupInfoEx, { groupID, ...change });
const setMember =
  (change: object) =>
  ({ ann, bob, groupID }: People) =>
    ann.post(SetGroupMemberInfo, {
      members: [{ groupID, userID: bob.userID, ...change }],
    });
const dismiss = ({ ann, groupID }: People) =>
  ann.post(DismissGroup, { groupID });
const isGone = async (people: People) => {
  const { bob, groupID } = people;
  const { status, memberCount, ownerUserID } = await groupOf(people);
  return (
    !(await joined(bob, groupID)) &&
    status === 2 &&
    memberCount === 0 &&
    ownerUserID === ""
  );
};

const cases: Case[] = [
  {
    title: "a new group",
    contentType: 1501,
    change: withBob,
    who: "bob",
    sees: ({ bob, groupID }) => joined(bob, groupID),
  },
  {
    title: "another introduction of a group",
    contentType: 1502,
    first: withBob,
    change: setInfo({ introduction: "x" }),
    who: "bob",
    sees: async (people) => (await groupOf(people)).introduction === "x",
  },
  {
    title: "an announcement",
    contentType: 1519,
    first: withBob,
    change: setInfo({ notification: "x" }),
    who: "bob",
    sees: async (people) => (await groupOf(people)).notification === "x",
  },
  {
    title: "the mark that an announcement makes",
    contentType: 1300,
    first: withBob,
    change: setInfo({ notification: "x" }),
    who: "bob",
    sees: async ({ bob, groupID }) =>
      (await conversationOf(bob, `sg_${groupID}`)).groupAtType === 4,
  },
  {
    title: "another name of a group",
    contentType: 1520,
    first: withBob,
    change: setInfo({ groupName: "x" }),
    who: "bob",
    sees: async (people) => (await groupOf(people)).groupName === "x",
  },
  {
    title: "an application to a group",
    contentType: 1503,
    first: verified,
    change: applyToGroup,
    who: "ann",
    async sees({ ann, cyd }) {
      const { groupRequests } = await ann.post<{
        groupRequests: { userInfo: { userID: string } }[] | null;
      }>(GetRecvGroupApplicationList, {
        fromUserID: ann.userID,
        ...firstPage,
      });
      return (groupRequests ?? []).some(
        ({ userInfo }) => userInfo.userID === cyd.userID,
      );
    },
  },
  {
    title: "an accepted application to a group",
    contentType: 1505,
    async first(people) {
      await verified(people);
      await applyToGroup(people);
    },
    change: (people) => respond(people, 1),
    who: "cyd",
    sees: ({ cyd, groupID }) => joined(cyd, groupID),
  },
  {
    title: "a refused application to a group",
    contentType: 1506,
    async first(people) {
      await verified(people);
      await applyToGroup(people);
    },
    change: (people) => respond(people, -1),
    who: "cyd",
    async sees({ cyd }) {
      const { groupRequests } = await cyd.post<{
        groupRequests: { handleResult: number }[] | null;
      }>(GetUserReqGroupApplicationList, {
        userID: cyd.userID,
        ...firstPage,
      });
      return groupRequests?.[0]?.handleResult === -1;
    },
  },
  {
    title: "a member who quit",
    contentType: 1504,
    first: withBob,
    change: ({ bob, groupID }) =>
      bob.post(QuitGroup, { groupID, userID: bob.userID }),
    who: "ann",
    sees: async (people) => (await memberOf(people, people.bob)) === undefined,
  },
  {
    title: "who was removed, at who was removed,",
    contentType: 1508,
    first: withBob,
    change: ({ ann, bob, groupID }) =>
      ann.post(KickGroup, { groupID, kickedUserIDs: [bob.userID] }),
    who: "bob",
    sees: async ({ bob, groupID }) => !(await joined(bob, groupID)),
  },
  {
    title: "who was invited",
    contentType: 1509,
    first: withBob,
    change: ({ ann, cyd, groupID }) =>
      ann.post(InviteUserToGroup, {
        groupID,
        invitedUserIDs: [cyd.userID],
      }),
    who: "cyd",
    sees: ({ cyd, groupID }) => joined(cyd, groupID),
  },
  {
    title: "who joined",
    contentType: 1510,
    first: (people) => makeGroup(people, [people.bob], { needVerification: 2 }),
    change: applyToGroup,
    who: "bob",
    sees: async (people) => (await memberOf(people, people.cyd)) !== undefined,
  },
  {
    title: "another owner",
    contentType: 1507,
    first: withBob,
    change: ({ ann, bob, groupID }) =>
      ann.post(TransferGroup, {
        groupID,
        oldOwnerUserID: ann.userID,
        newOwnerUserID: bob.userID,
      }),
    who: "bob",
    sees: async (people) =>
      (await groupOf(people)).ownerUserID === people.bob.userID &&
      (await memberOf(people, people.bob))?.roleLevel === 100,
  },
  {
    title: "a dismissed group",
    contentType: 1511,
    first: withBob,
    change: dismiss,
    who: "bob",
    sees: isGone,
  },
  {
    title: "a large dismissed group",
    contentType: 1511,
    first: large,
    change: dismiss,
    who: "bob",
    sees: isGone,
  },
  {
    title: "a muted member",
    contentType: 1512,
    first: withBob,
    change: mute,
    who: "bob",
    sees: async (people) =>
      (await memberOf(people, people.bob))!.muteEndTime > 0,
  },
  {
    title: "a member who is muted no more",
    contentType: 1513,
    async first(people) {
      await withBob(people);
      await mute(people);
    },
    change: ({ ann, bob, groupID }) =>
      ann.post(CancelMuteGroupMember, {
        groupID,
        userID: bob.userID,
      }),
    who: "bob",
    sees: async (people) =>
      (await memberOf(people, people.bob))?.muteEndTime === 0,
  },
  {
    title: "a muted group",
    contentType: 1514,
    first: withBob,
    change: ({ ann, groupID }) => ann.post(MuteGroup, { groupID }),
    who: "bob",
    sees: async (people) => (await groupOf(people)).status === 3,
  },
  {
    title: "a group that is muted no more",
    contentType: 1515,
    async first(people) {
      await withBob(people);
      await people.ann.post(MuteGroup, { groupID: people.groupID });
    },
    change: ({ ann, groupID }) => ann.post(CancelMuteGroup, { groupID }),
    who: "bob",
    sees: async (people) => (await groupOf(people)).status === 0,
  },
  {
    title: "another name of a member",
    contentType: 1516,
    first: withBob,
    change: setMember({ nickname: "x" }),
    who: "bob",
    sees: async (people) =>
      (await memberOf(people, people.bob))?.nickname === "x",
  },
  {
    title: "a new admin",
    contentType: 1517,
    first: withBob,
    change: setMember({ roleLevel: 60 }),
    who: "bob",
    sees: async (people) =>
      (await memberOf(people, people.bob))?.roleLevel === 60,
  },
  {
    title: "an admin who is none any more",
    contentType: 1518,
    async first(people) {
      await withBob(people);
      await setMember({ roleLevel: 60 })(people);
    },
    change: setMember({ roleLevel: 20 }),
    who: "bob",
    sees: async (people) =>
      (await memberOf(people, people.bob))?.roleLevel === 20,
  },
  {
    title: "another nickname, at fellow members,",
    contentType: 1516,
    first: withBob,
    change: ({ ann }) =>
      ann.post(UpdateUserInfo, {
        userInfo: { userID: ann.userID, nickname: "x" },
      }),
    who: "bob",
    sees: async (people) =>
      (await memberOf(people, people.ann))?.nickname === "x",
  },
  {
    title: "an application for friendship",
    contentType: 1203,
    change: apply,
    who: "bob",
    sees: async ({ ann, bob }) =>
      (await applicationTo(bob, ann))?.handleResult === 0,
  },
  {
    title: "a friendship",
    contentType: 1201,
    first: apply,
    change: (people) => answer(people, 1),
    who: "ann",
    sees: async ({ ann, bob }) => (await friendOf(ann, bob)) !== undefined,
  },
  {
    title: "an imported friendship",
    contentType: 1201,
    change: ({ admin, ann, bob }) =>
      admin.post(ImportFriend, {
        ownerUserID: ann.userID,
        friendUserIDs: [bob.userID],
      }),
    who: "ann",
    sees: async ({ ann, bob }) => (await friendOf(ann, bob)) !== undefined,
  },
  {
    title: "a refused friendship",
    contentType: 1202,
    first: apply,
    change: (people) => answer(people, -1),
    who: "ann",
    sees: async ({ ann, bob }) =>
      (await applicationTo(bob, ann))?.handleResult === -1,
  },
  {
    title: "the end of a friendship",
    contentType: 1205,
    first: befriend,
    change: ({ ann, bob }) =>
      ann.post(DeleteFriend, {
        ownerUserID: ann.userID,
        friendUserID: bob.userID,
      }),
    who: "ann",
    sees: async ({ ann, bob }) => (await friendOf(ann, bob)) === undefined,
  },
  {
    title: "a remark",
    contentType: 1206,
    first: befriend,
    change: ({ ann, bob }) =>
      ann.post(SetFriendRemark, {
        ownerUserID: ann.userID,
        friendUserID: bob.userID,
        remark: "x",
      }),
    who: "ann",
    sees: async ({ ann, bob }) => (await friendOf(ann, bob))?.remark === "x",
  },
  {
    title: "a pinned friend",
    contentType: 1210,
    first: befriend,
    change: ({ ann, bob }) =>
      ann.post(UpdateFriends, {
        ownerUserID: ann.userID,
        friendUserIDs: [bob.userID],
        isPinned: true,
      }),
    who: "ann",
    sees: async ({ ann, bob }) => (await friendOf(ann, bob))?.isPinned === true,
  },
  {
    title: "a friend's other nickname",
    contentType: 1209,
    first: befriend,
    change: ({ ann }) =>
      ann.post(UpdateUserInfo, {
        userInfo: { userID: ann.userID, nickname: "x" },
      }),
    who: "bob",
    sees: async ({ ann, bob }) =>
      (await friendOf(bob, ann))?.friendUser.nickname === "x",
  },
  {
    title: "a block",
    contentType: 1207,
    change: ({ ann, bob }) =>
      ann.post(AddBlack, {
        ownerUserID: ann.userID,
        blackUserID: bob.userID,
      }),
    who: "ann",
    sees: ({ ann, bob }) => blocks(ann, bob),
  },
  {
    title: "the end of a block",
    contentType: 1208,
    first: ({ ann, bob }) =>
      ann.post(AddBlack, {
        ownerUserID: ann.userID,
        blackUserID: bob.userID,
      }),
    change: ({ ann, bob }) =>
      ann.post(RemoveBlack, {
        ownerUserID: ann.userID,
        blackUserID: bob.userID,
      }),
    who: "ann",
    sees: async ({ ann, bob }) => !(await blocks(ann, bob)),
  },
  {
    title: "one's own other nickname",
    contentType: 1303,
    change: ({ admin, ann }) =>
      admin.post(UpdateUserInfo, {
        userInfo: { userID: ann.userID, nickname: "x" },
      }),
    who: "ann",
    async sees({ ann }) {
      const { usersInfo } = await ann.post<{
        usersInfo: { nickname: string }[];
      }>(GetUsersInfo, { userIDs: [ann.userID] });
      return usersInfo[0]?.nickname === "x";
    },
  },
  {
    title: "another setting of a conversation",
    contentType: 1300,
    first: ({ ann, bob }) => ann.client.say(bob.userID, "hello"),
    change: ({ ann, bob }) =>
      ann.post(SetConversations, {
        userIDs: [ann.userID],
        conversation: {
          conversationID: pairID(ann, bob),
          conversationType: 1,
          userID: bob.userID,
          recvMsgOpt: 2,
        },
      }),
    who: "ann",
    sees: async ({ ann, bob }) =>
      (await conversationOf(ann, pairID(ann, bob))).recvMsgOpt === 2,
  },
  {
    title: "burning after reading",
    contentType: 1701,
    first: ({ ann, bob }) => ann.client.say(bob.userID, "hello"),
    change: ({ ann, bob }) =>
      ann.post(SetConversations, {
        userIDs: [ann.userID],
        conversation: {
          conversationID: pairID(ann, bob),
          conversationType: 1,
          userID: bob.userID,
          isPrivateChat: true,
        },
      }),
    who: "bob",
    sees: async ({ ann, bob }) =>
      (await conversationOf(bob, pairID(ann, bob))).isPrivateChat,
  },
  {
    title: "a cleared conversation",
    contentType: 1703,
    first: ({ ann, bob }) => ann.client.say(bob.userID, "hello"),
    change: ({ ann, bob }) =>
      ann.post(ClearConversationMsg, {
        userID: ann.userID,
        conversationIDs: [pairID(ann, bob)],
        deleteSyncOpt: { IsSyncSelf: true, IsSyncOther: false },
      }),
    who: "ann",
    sees: async ({ ann, bob }) =>
      (await ann.client.pull(pairID(ann, bob), 1, 9)).length === 0,
  },
  {
    title: "a conversation cleared for everybody",
    contentType: 1703,
    first: ({ ann, bob }) => ann.client.say(bob.userID, "hello"),
    change: ({ ann, bob }) =>
      ann.post(ClearConversationMsg, {
        userID: ann.userID,
        conversationIDs: [pairID(ann, bob)],
        deleteSyncOpt: { IsSyncSelf: true, IsSyncOther: true },
      }),
    who: "bob",
    sees: async ({ ann, bob }) =>
      (await bob.client.pull(pairID(ann, bob), 1, 9)).length === 0,
  },
  {
    title: "a revoked message",
    contentType: 2101,
    first: ({ ann, bob }) => ann.client.say(bob.userID, "hello"),
    change: ({ ann, bob }) =>
      ann.post(RevokeMsg, {
        userID: ann.userID,
        conversationID: pairID(ann, bob),
        seq: 1,
      }),
    who: "bob",
    sees: async ({ ann, bob }) =>
      (await bob.client.pull(pairID(ann, bob), 1, 1))[0]?.contentType === 2101,
  },
  {
    title: "a message deleted for everybody",
    contentType: 2102,
    first: ({ ann, bob }) => ann.client.say(bob.userID, "hello"),
    change: ({ ann, bob }) =>
      ann.post(DeleteMsgs, {
        userID: ann.userID,
        conversationID: pairID(ann, bob),
        seqs: [1],
        deleteSyncOpt: { IsSyncSelf: true, IsSyncOther: true },
      }),
    who: "bob",
    async sees({ ann, bob }) {
      const found = await bob.client.pull(pairID(ann, bob), 1, 1);
      return found.every(({ contentType }) => contentType !== 101);
    },
  },
  {
    title: "a read conversation",
    contentType: 2200,
    first: ({ ann, bob }) => ann.client.say(bob.userID, "hello"),
    change: ({ ann, bob }) =>
      bob.post(MarkConversationAsRead, {
        userID: bob.userID,
        conversationID: pairID(ann, bob),
        hasReadSeq: 1,
        seqs: [1],
      }),
    who: "bob",
    async sees({ ann, bob }) {
      const { seqs } = await bob.post<{
        seqs: Record<string, { hasReadSeq: number }>;
      }>(GetConversationsHasReadAndMaxSeq, {
        userID: bob.userID,
        conversationIDs: [pairID(ann, bob)],
      });
      return seqs[pairID(ann, bob)]?.hasReadSeq === 1;
    },
  },
  {
    title: "a friend who was deleted",
    contentType: 1205,
    first: befriend,
    change: ({ admin, ann }) => admin.post(DeleteUser, { userID: ann.userID }),
    who: "bob",
    sees: async ({ ann, bob }) => (await friendOf(bob, ann)) === undefined,
  },
  {
    title: "a member who was deleted",
    contentType: 1504,
    first: withBob,
    change: ({ admin, bob }) => admin.post(DeleteUser, { userID: bob.userID }),
    who: "ann",
    sees: async (people) => (await memberOf(people, people.bob)) === undefined,
  },
  {
    title: "the heir of a deleted owner",
    contentType: 1507,
    first: withBob,
    change: ({ admin, ann }) => admin.post(DeleteUser, { userID: ann.userID }),
    who: "bob",
    sees: async (people) =>
      (await groupOf(people)).ownerUserID === people.bob.userID,
  },
];

describe.each(["sqlite", "postgres"])(
  "who hears of it and asks at once sees, %s,",
  (kind) => {
    let server: RunningServer;
    let admin: Admin;
    let open: Client[] = [];

    beforeAll(async () => {
      if (kind === "postgres") postgres ??= await startPostgres();
      server = await startServer({
        environment: {
          PARLEY_DATABASE_URL:
            kind === "postgres" ? await postgres!.createDatabase() : "",
        },
      });
      admin = await Admin.signIn(server.api);
    });
    afterAll(() => server[Symbol.asyncDispose]());
    afterEach(async () => {
      await Promise.all(open.map((client) => client[Symbol.asyncDispose]()));
      open = [];
    });

    async function people(): Promise<People & { tokens: string[] }> {
      const userIDs = await admin.users("ann", "bob", "cyd");
      const tokens: string[] = [];
      const [ann, bob, cyd] = (await Promise.all(
        userIDs.map(async (userID, i) => {
          const token = await admin.tokenOf(userID);
          tokens[i] = token;
          const client = await Client.connect(server.ws, userID, token);
          open.push(client);
          return {
            userID,
            client,
            post: <Data>(route: Called, body: object) =>
              post<Data>(server.api, route, body, token),
          };
        }),
      )) as [Person, Person, Person];
      return { ann, bob, cyd, admin, groupID: `g${ann.userID}`, tokens };
    }

    for (const { title, contentType, first, change, who, sees } of cases)
      test(`${title} (${contentType})`, async () => {
        const those = await people();
        await first?.(those);
        const { client } = those[who];
        // Whatever `first` makes the server say was said.
        await client.say(those[who].userID, "ready");
        await client.until(() => client.heard().includes("ready"));
        const seen = client.pushed.length;
        const heard = client.until(() =>
          client.pushed
            .slice(seen)
            .some(({ message }) => message.contentType === contentType),
        );
        const changed = change(those);
        await heard;
        expect(await sees(those)).toBe(true);
        await changed;
      });

    const signedOut: [string, number, (userID: string) => Promise<unknown>][] =
      [
        [
          "that an administrator signed one out",
          1506,
          (userID) => admin.post(ForceLogout, { userID, platformID: 5 }),
        ],
        [
          "that one signed in elsewhere",
          1506,
          async (userID) => {
            const token = await admin.tokenOf(userID);
            open.push(await Client.connect(server.ws, userID, token));
          },
        ],
        [
          "that one was deleted",
          1507,
          (userID) => admin.post(DeleteUser, { userID }),
        ],
      ];
    for (const [title, code, end] of signedOut)
      test(title, async () => {
        const { ann } = await people();
        const told = ann.client.until(() =>
          ann.client.notices.includes(ReqIdentifier.kickOnlineMsg),
        );
        const ended = end(ann.userID);
        await told;
        const asked = ann.post(GetUsersInfo, {
          userIDs: [ann.userID],
        });
        await expect(asked).rejects.toMatchObject({ code });
        await expect(asked).rejects.toBeInstanceOf(RequestError);
        await ended;
      });
  },
);
