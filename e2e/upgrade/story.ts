import {
  GetUsersInfo,
  ProcessUserCommandAdd,
  ProcessUserCommandGetAll,
  UserRegister,
} from "@parley/protocol/methods/users";
import {
  AddBlack,
  AddFriend,
  GetBlackList,
  GetFriendApplyList,
  GetFriendList,
  GetIncrementalFriends,
  ImportFriend,
} from "@parley/protocol/methods/friends";
import {
  CreateGroup,
  GetGroupMemberList,
  GetJoinedGroupList,
  MuteGroupMember,
} from "@parley/protocol/methods/groups";
import {
  GetAllConversations,
  SetConversations,
} from "@parley/protocol/methods/conversations";
import {
  DeleteMsgs,
  GetConversationsHasReadAndMaxSeq,
  MarkConversationAsRead,
  RevokeMsg,
} from "@parley/protocol/methods/messages";

import { Admin, Client } from "../client.ts";
import type { RunningServer } from "../server.ts";
import { pathOf } from "../client.ts";
import type { Called } from "../client.ts";

/** Addresses of a server. */
export type Place = Pick<RunningServer, "api" | "ws">;

const [ann, bob, cid] = ["upgradeann", "upgradebob", "upgradecid"];
const groupID = "upgradegroup";
const pair = `si_${ann}_${bob}`;
const chat = `sg_${groupID}`;

async function post<Data>(
  { api }: Place,
  userID: string,
  route: Called,
  body: object,
): Promise<Data> {
  const admin = await Admin.signIn(api);
  const token = await admin.tokenOf(userID);
  const response = await fetch(api + pathOf(route), {
    method: "POST",
    headers: { operationID: "op", token },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as {
    errCode: number;
    errDlt: string;
    data: Data;
  };
  if (answer.errCode !== 0)
    throw new Error(`${pathOf(route)}: ${answer.errCode} ${answer.errDlt}`);
  return answer.data;
}

/** Three people have something of everything. */
export async function tell(place: Place): Promise<void> {
  const admin = await Admin.signIn(place.api);
  await admin.post(UserRegister, {
    users: [ann, bob, cid].map((userID) => ({
      userID,
      nickname: userID.slice(-3),
      ex: "kept",
    })),
  });
  await admin.post(ImportFriend, {
    ownerUserID: ann,
    friendUserIDs: [bob],
  });
  await admin.post(AddFriend, {
    fromUserID: cid,
    toUserID: ann,
    reqMsg: "hello?",
  });
  await admin.post(AddBlack, { ownerUserID: bob, blackUserID: cid });
  await admin.post(CreateGroup, {
    ownerUserID: ann,
    memberUserIDs: [bob, cid],
    groupInfo: { groupID, groupName: "old friends", groupType: 2 },
  });
  for (const [from, to] of [
    [ann, bob],
    [bob, ann],
  ] as const) {
    await using client = await Client.connect(
      place.ws,
      from,
      await admin.tokenOf(from),
    );
    for (let i = 1; i <= 15; i++)
      await client.say(to, `${from} ${i}`, {
        clientMsgID: `${from}-${i}`,
        createTime: 1_700_000_000_000 + i,
      });
    for (let i = 1; i <= 3; i++)
      await client.say("", `${from} to all ${i}`, {
        groupID,
        sessionType: 3,
        clientMsgID: `${from}-all-${i}`,
      });
  }
  await post(place, ann, SetConversations, {
    userIDs: [ann],
    conversation: {
      conversationID: pair,
      conversationType: 1,
      userID: bob,
      isPinned: true,
      ex: "dear",
    },
  });
  await post(place, bob, MarkConversationAsRead, {
    conversationID: pair,
    userID: bob,
    hasReadSeq: 10,
    seqs: [],
  });
  await post(place, ann, RevokeMsg, {
    conversationID: pair,
    seq: 3,
    userID: ann,
  });
  await post(place, bob, DeleteMsgs, {
    conversationID: pair,
    userID: bob,
    seqs: [4],
  });
  await post(place, ann, MuteGroupMember, {
    groupID,
    userID: cid,
    mutedSeconds: 1_000_000_000,
  });
  await post(place, ann, ProcessUserCommandAdd, {
    userID: ann,
    type: 8,
    uuid: "u-1",
    value: "a note",
  });
}

/** All that they can see of it. */
export async function look(place: Place): Promise<object> {
  const pagination = { pageNumber: 1, showNumber: 100 };
  const admin = await Admin.signIn(place.api);
  const messages: Record<string, string[]> = {};
  const seqs: Record<string, object> = {};
  for (const userID of [ann, bob, cid]) {
    await using client = await Client.connect(
      place.ws,
      userID,
      await admin.tokenOf(userID),
    );
    const newest = await client.newestSeqs();
    for (const id of [pair, chat]) {
      const found = await client.pull(id, 1, newest[id] ?? 0);
      messages[`${userID} ${id}`] = found.map(
        (message) =>
          `${message.seq} ${message.contentType} ${message.clientMsgID.length} ${message.contentType === 101 ? Buffer.from(message.content).toString() : ""} ${message.serverMsgID}`,
      );
    }
    seqs[userID] = await post(place, userID, GetConversationsHasReadAndMaxSeq, {
      userID,
      conversationIDs: [pair, chat],
    });
  }
  const as = (userID: string, route: Called, body: object) =>
    post<object>(place, userID, route, body);
  return {
    messages,
    seqs,
    users: await as(ann, GetUsersInfo, { userIDs: [ann, bob, cid] }),
    friends: await as(ann, GetFriendList, {
      userID: ann,
      pagination,
    }),
    applications: await as(ann, GetFriendApplyList, {
      userID: ann,
      pagination,
    }),
    blacks: await as(bob, GetBlackList, {
      userID: bob,
      pagination,
    }),
    groups: await as(cid, GetJoinedGroupList, {
      fromUserID: cid,
      pagination,
    }),
    members: await as(cid, GetGroupMemberList, {
      groupID,
      pagination,
    }),
    conversations: await as(ann, GetAllConversations, {
      ownerUserID: ann,
    }),
    commands: await as(ann, ProcessUserCommandGetAll, {
      userID: ann,
    }),
    sync: await as(ann, GetIncrementalFriends, {
      userID: ann,
      versionID: "",
      version: 0,
    }),
  };
}

/** A message that was stored before is answered, and not stored again. */
export async function resend(place: Place): Promise<string> {
  const admin = await Admin.signIn(place.api);
  await using client = await Client.connect(
    place.ws,
    ann,
    await admin.tokenOf(ann),
  );
  const { serverMsgID } = await client.say(bob, `${ann} 7`, {
    clientMsgID: `${ann}-7`,
  });
  return serverMsgID;
}
