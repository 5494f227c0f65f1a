import type { Client } from "./client.ts";
import type { Events } from "./page/driven.ts";

/** Two people who know nothing of each other yet. */
export interface Pair {
  ann: Client;
  bob: Client;
}

/** One call of the SDK that its caller hears of as well. */
export interface OwnChange {
  /** The SDK's method, and what it is to do. */
  name: string;
  /** Throws if the SDK refuses, or does not end as it should. */
  make(): Promise<void>;
}

const admin = 60;
const ordinary = 20;

/**
 * Every method of the SDK by which a user changes something and is told of it,
 * in an order in which each finds what it needs; at the end all is as it was.
 */
export function ownChanges({ ann, bob }: Pair, round: number): OwnChange[] {
  let groupID = "";
  const friendUserIDs = [bob.userID];
  const toAnn = { toUserID: ann.userID, handleMsg: "" };
  const single = ann.with(bob.userID);
  const group = () => `sg_${groupID}`;
  const word = (text: string) => `${text} ${round}`;

  /** Reads again after each event of the SDK until the state is right. */
  async function becomes<State>(
    client: Client,
    read: () => Promise<State>,
    isRight: (state: State) => boolean,
  ): Promise<void> {
    for (;;) {
      const { promise: told, resolve } = Promise.withResolvers<void>();
      const stopped = client.onEvent(resolve);
      try {
        if (isRight(await read())) return;
        await client.within(`another state than ${isRight.toString()}`, told);
      } finally {
        stopped();
      }
    }
  }

  const friends = (client: Client, ...userIDs: string[]) =>
    becomes(
      client,
      () => client.call("getFriendListPage", { offset: 0, count: 100 }),
      (list) =>
        sameSet(
          list.map(({ userID }) => userID),
          userIDs,
        ),
    );
  const blacks = (...userIDs: string[]) =>
    becomes(
      ann,
      () => ann.call("getBlackList"),
      (list) =>
        sameSet(
          list.map(({ userID }) => userID),
          userIDs,
        ),
    );
  const members = (client: Client, ...userIDs: string[]) =>
    becomes(
      client,
      () =>
        client.call("getGroupMemberList", {
          groupID,
          filter: 0,
          offset: 0,
          count: 100,
        }),
      (list) =>
        sameSet(
          list.map(({ userID }) => userID),
          userIDs,
        ),
    );
  const isIn = (client: Client, isMember: boolean) =>
    becomes(
      client,
      () => client.call("getJoinedGroupList"),
      (list) => list.some((each) => each.groupID === groupID) === isMember,
    );
  const hears = async <Name extends keyof Events>(
    client: Client,
    event: Name,
    isIt: (data: Events[Name]) => boolean,
  ) => void (await client.event(event, isIt));
  const memberIs = (
    client: Client,
    isIt: (member: Events["OnGroupMemberInfoChanged"]) => boolean,
  ) =>
    hears(
      client,
      "OnGroupMemberInfoChanged",
      (member) => member.groupID === groupID && isIt(member),
    );
  const conversation = (
    client: Client,
    conversationID: string,
    isIt: (row: Events["OnConversationChanged"][number]) => boolean,
  ) =>
    becomes(
      client,
      () => client.call("getMultipleConversation", [conversationID]),
      ([row]) => row !== undefined && isIt(row),
    );
  const texts = (client: Client, conversationID: string, ...said: string[]) =>
    becomes(
      client,
      () => client.history(conversationID),
      (list) =>
        JSON.stringify(
          list.flatMap(({ textElem }) => textElem?.content ?? []),
        ) === JSON.stringify(said),
    );

  const change = (name: string, make: () => Promise<void>): OwnChange => ({
    name,
    make,
  });

  return [
    change("addFriend", async () => {
      await ann.call("addFriend", { toUserID: bob.userID, reqMsg: "" });
      await hears(bob, "OnFriendApplicationAdded", () => true);
    }),
    change("refuseFriendApplication", async () => {
      await bob.call("refuseFriendApplication", toAnn);
      await hears(ann, "OnFriendApplicationRejected", () => true);
    }),
    change("acceptFriendApplication", async () => {
      await ann.call("addFriend", { toUserID: bob.userID, reqMsg: "" });
      await hears(bob, "OnFriendApplicationAdded", () => true);
      await bob.call("acceptFriendApplication", toAnn);
      await friends(ann, bob.userID);
      await friends(bob, ann.userID);
    }),
    change("updateFriends", async () => {
      const remark = word("remark");
      await ann.call("updateFriends", { friendUserIDs, remark });
      await becomes(
        ann,
        () => ann.call("getFriendListPage", { offset: 0, count: 100 }),
        ([friend]) => friend?.remark === remark,
      );
    }),
    change("addBlack", async () => {
      await ann.call("addBlack", { toUserID: bob.userID, ex: "" });
      await blacks(bob.userID);
    }),
    change("removeBlack", async () => {
      await ann.call("removeBlack", bob.userID);
      await blacks();
    }),
    change("deleteFriend", async () => {
      await ann.call("deleteFriend", bob.userID);
      await friends(ann);
      await bob.call("deleteFriend", ann.userID);
      await friends(bob);
    }),
    change("setSelfInfo", async () => {
      const nickname = word("ann");
      await ann.call("setSelfInfo", { nickname });
      await hears(
        ann,
        "OnSelfInfoUpdated",
        (self) => self.nickname === nickname,
      );
    }),
    change("setGlobalRecvMessageOpt", async () => {
      for (const option of [1, 0]) {
        await ann.call("setSelfInfo", { globalRecvMsgOpt: option });
        await hears(
          ann,
          "OnSelfInfoUpdated",
          (self) => (self.globalRecvMsgOpt as number) === option,
        );
      }
    }),
    change("createGroup", async () => {
      ({ groupID } = await ann.call("createGroup", {
        memberUserIDs: [bob.userID],
        groupInfo: { groupType: 2, groupName: "friends" },
      }));
      for (const each of [ann, bob]) {
        await isIn(each, true);
        await members(each, ann.userID, bob.userID);
      }
    }),
    change("setGroupInfo", async () => {
      const groupName = word("name");
      const notification = word("notification");
      await ann.call("setGroupInfo", { groupID, groupName });
      await ann.call("setGroupInfo", { groupID, notification });
      await ann.call("setGroupInfo", { groupID, introduction: groupName });
      await becomes(
        ann,
        () => ann.call("getSpecifiedGroupsInfo", [groupID]),
        ([info]) =>
          info?.groupName === groupName &&
          info.notification === notification &&
          info.introduction === groupName,
      );
    }),
    change("setGroupMemberInfo", async () => {
      const nickname = word("annie");
      await ann.call("setGroupMemberInfo", {
        groupID,
        userID: ann.userID,
        nickname,
      });
      await memberIs(ann, (member) => member.nickname === nickname);
      for (const roleLevel of [admin, ordinary]) {
        await ann.call("setGroupMemberInfo", {
          groupID,
          userID: bob.userID,
          roleLevel,
        });
        await memberIs(
          ann,
          (member) => (member.roleLevel as number) === roleLevel,
        );
      }
    }),
    change("changeGroupMemberMute", async () => {
      const { userID } = bob;
      for (const mutedSeconds of [3_600, 0]) {
        await ann.call("changeGroupMemberMute", {
          groupID,
          userID,
          mutedSeconds,
        });
        await memberIs(
          ann,
          (member) => member.muteEndTime > Date.now() === mutedSeconds > 0,
        );
      }
    }),
    change("transferGroupOwner", async () => {
      for (const [from, to] of [
        [ann, bob],
        [bob, ann],
      ] as const) {
        await from.call("transferGroupOwner", {
          groupID,
          newOwnerUserID: to.userID,
        });
        for (const each of [ann, bob])
          await becomes(
            each,
            () => each.call("getSpecifiedGroupsInfo", [groupID]),
            ([info]) => info?.ownerUserID === to.userID,
          );
      }
    }),
    change("kickGroupMember", async () => {
      const userIDList = [bob.userID];
      await ann.call("kickGroupMember", { groupID, reason: "", userIDList });
      await members(ann, ann.userID);
      await isIn(bob, false);
    }),
    change("inviteUserToGroup", async () => {
      const userIDList = [bob.userID];
      await ann.call("inviteUserToGroup", { groupID, reason: "", userIDList });
      await isIn(bob, true);
      await members(ann, ann.userID, bob.userID);
    }),
    change("quitGroup", async () => {
      await bob.call("quitGroup", groupID);
      await isIn(bob, false);
      await members(ann, ann.userID);
    }),
    ...(["refuseGroupApplication", "acceptGroupApplication"] as const).map(
      (method) =>
        change(`joinGroup, ${method}`, async () => {
          await bob.call("joinGroup", { groupID, reqMsg: "", joinSource: 3 });
          await hears(ann, "OnGroupApplicationAdded", () => true);
          await ann.call(method, {
            groupID,
            fromUserID: bob.userID,
            handleMsg: "",
          });
          if (method === "refuseGroupApplication")
            return hears(bob, "OnGroupApplicationRejected", () => true);
          await isIn(bob, true);
          await members(ann, ann.userID, bob.userID);
        }),
    ),
    change("sendMessage", async () => {
      await ann.sayIn(groupID, "one", "two", "three");
      await texts(ann, group(), "one", "two", "three");
      await texts(bob, group(), "one", "two", "three");
    }),
    change("markConversationMessageAsRead", async () => {
      await bob.call("markConversationMessageAsRead", group());
      await conversation(bob, group(), (row) => row.unreadCount === 0);
    }),
    change("revokeMessage", async () => {
      const message = (await ann.history(group())).find(
        ({ textElem }) => textElem?.content === "two",
      );
      await ann.call("revokeMessage", {
        conversationID: group(),
        clientMsgID: message!.clientMsgID,
      });
      await texts(ann, group(), "one", "three");
      await texts(bob, group(), "one", "three");
    }),
    change("deleteMessage", async () => {
      const message = (await ann.history(group())).find(
        ({ textElem }) => textElem?.content === "one",
      );
      await ann.call("deleteMessage", {
        conversationID: group(),
        clientMsgID: message!.clientMsgID,
      });
      await texts(ann, group(), "three");
      await texts(bob, group(), "one", "three");
    }),
    change("clearConversationAndDeleteAllMsg", async () => {
      await ann.call("clearConversationAndDeleteAllMsg", group());
      await texts(ann, group());
    }),
    change("setConversation", async () => {
      await ann.say(bob.userID, word("hello"));
      await becomes(
        bob,
        () => bob.call("getMultipleConversation", [single]),
        ([row]) => row !== undefined && row.unreadCount > 0,
      );
      for (const isPinned of [true, false]) {
        await ann.call("setConversation", { conversationID: single, isPinned });
        await conversation(ann, single, (row) => row.isPinned === isPinned);
      }
      for (const recvMsgOpt of [2, 0]) {
        await ann.call("setConversation", {
          conversationID: single,
          recvMsgOpt,
        });
        await conversation(
          ann,
          single,
          (row) => (row.recvMsgOpt as number) === recvMsgOpt,
        );
      }
      for (const isPrivateChat of [true, false]) {
        await ann.call("setConversation", {
          conversationID: single,
          isPrivateChat,
        });
        for (const each of [ann, bob])
          await conversation(
            each,
            single,
            (row) => row.isPrivateChat === isPrivateChat,
          );
      }
    }),
    change("markConversationMessageAsRead of a single chat", async () => {
      await bob.call("markConversationMessageAsRead", single);
      await conversation(bob, single, (row) => row.unreadCount === 0);
    }),
    change("deleteConversationAndDeleteAllMsg", async () => {
      await ann.call("deleteConversationAndDeleteAllMsg", single);
      await texts(ann, single);
    }),
    change("deleteAllMsgFromLocalAndSvr", async () => {
      await bob.call("deleteAllMsgFromLocalAndSvr");
      await texts(bob, single);
    }),
    change("dismissGroup", async () => {
      await ann.call("dismissGroup", groupID);
      for (const each of [ann, bob]) await isIn(each, false);
    }),
  ];
}

const sameSet = (some: readonly string[], others: readonly string[]): boolean =>
  some.toSorted().join() === others.toSorted().join();
