import {
  CreateGroup,
  DismissGroup,
  GetGroupsInfo,
  InviteUserToGroup,
  KickGroup,
  SetGroupInfoEx,
} from "@parley/protocol/methods/groups";
import {
  BatchSendMsg,
  SendMsg,
  UserClearAllMsg,
} from "@parley/protocol/methods/messages";
import { ImportFriend } from "@parley/protocol/methods/friends";
import { SetConversations } from "@parley/protocol/methods/conversations";
import { UpdateUserInfo, UserRegister } from "@parley/protocol/methods/users";
import { DeleteUser } from "@parley/protocol/methods/deletion";

import { atMost, figure } from "./figures.ts";
import type { Figure } from "./figures.ts";
import { startRateLoad } from "./load.ts";
import { newRunID } from "./message-id.ts";
import { connectPairs } from "./pairs.ts";
import { signInToRest } from "./rest.ts";
import type { Rest } from "./rest.ts";
import { warmUpSeconds } from "./scenario.ts";
import type { Context, Scenario } from "./scenario.ts";
import { Traffic } from "./traffic.ts";
import { wireOf } from "./wire.ts";

const senders = 100;
const perSecond = 100;
/** Members of the large group. */
const members = 20_000;
/** Ids per call, the most that a route takes. */
const named = 1_000;
/** Groups of one user who has many. */
const many = 500;
const friends = 5_000;

export const bulkChanges: Scenario = {
  name: "bulk-changes",
  question: "How long do others wait while one call changes thousands of rows?",
  encodings: ["json"],
  run,
};

/** Each change while others send at a fixed rate. */
async function run({ options, encoding, openSocket, ...context }: Context) {
  const wire = wireOf(encoding);
  const size = options.users ?? members;
  const rate = options.rate ?? perSecond;
  const runID = newRunID();
  await using server = await context.startServer();
  const rest = await signInToRest(server.api);
  const traffic = new Traffic(runID, { mayRefuse: true });
  const crowd = await connectPairs(rest, traffic, senders, {
    gateway: server.gateway,
    openSocket,
    wire,
    runID,
  });

  const load = startRateLoad(traffic, rate);
  await Promise.race([Bun.sleep(warmUpSeconds * 1_000), traffic.failure]);
  const figures: Figure[] = [];
  for (const { name, change } of await prepare(rest, runID, size)) {
    await until(() => traffic.onTheWay < 5, traffic);
    traffic.ackTimes.clear();
    load.lateness.clear();
    const before = traffic.counts.refused;
    const cpuBefore = server.cpuSeconds();
    traffic.setMeasuring(true);
    const began = performance.now();
    await Promise.race([unlessRefused(change), traffic.failure]);
    const took = performance.now() - began;
    // The last sends wait for their answers, too.
    await until(() => traffic.onTheWay < 5, traffic);
    await Promise.race([Bun.sleep(200), traffic.failure]);
    traffic.setMeasuring(false);
    const { ackTimes } = traffic;
    figures.push(
      figure(`${name}: takes`, took, "ms"),
      figure("  others p50", ackTimes.percentile(0.5), "ms"),
      figure("  others p99", ackTimes.percentile(0.99), "ms", atMost(100)),
      figure("  others, longest", ackTimes.largestMs, "ms"),
      figure("  left late p99", load.lateness.percentile(0.99), "ms"),
      figure("  refused", traffic.counts.refused - before, ""),
      figure("  server CPU", server.cpuSeconds() - cpuBefore, "s"),
    );
    for (const { name, value, unit } of figures.slice(-7))
      console.log(`${name} ${value.toFixed(1)} ${unit}`);
  }
  load.stop();
  await traffic.finish(60_000);
  crowd.close();
  await server.stop();
  return { settings: { encoding, members: size, rate }, figures };
}

async function until(isSo: () => boolean, traffic: Traffic): Promise<void> {
  while (!isSo()) await Promise.race([Bun.sleep(5), traffic.failure]);
}

/**
 * Retries a change while the server refuses it because others waited too long.
 */
async function unlessRefused(change: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await change();
      return;
    } catch (error) {
      if (!/: 429 /.test((error as Error).message)) throw error;
      await Bun.sleep(1_000);
    }
  }
}

interface Change {
  name: string;
  change(): Promise<unknown>;
}

/** Prepares the data, and returns the changes in a possible order. */
async function prepare(
  rest: Rest,
  runID: string,
  size: number,
): Promise<Change[]> {
  const ids = (letter: string, count: number) =>
    Array.from(
      { length: count },
      (_, i) => `${letter}${runID.slice(0, 6)}${String(i).padStart(5, "0")}`,
    );
  const crowd = ids("m", size);
  const [owner = "", busy = "", friendly = ""] = ids("o", 3);
  await rest.registerUsers([owner, busy, friendly, ...crowd]);
  const create = (memberUserIDs: readonly string[], name: string) =>
    rest.post<{ groupInfo: { groupID: string } }>(CreateGroup, {
      ownerUserID: owner,
      memberUserIDs,
      groupInfo: { groupName: name, groupType: 2 },
    });
  const invite = (groupID: string, invitedUserIDs: readonly string[]) =>
    rest.post(InviteUserToGroup, { groupID, invitedUserIDs });
  const say = (content: object, to: object) =>
    rest.post<unknown>(SendMsg, {
      sendID: owner,
      senderNickname: "owner",
      content,
      contentType: 101,
      sessionType: 3,
      ...to,
    });
  const dismissed = async (groupID: string) => {
    await rest.post(DismissGroup, { groupID });
    for (;;) {
      const { groupInfos } = await rest.post<{
        groupInfos: { memberCount: number }[];
      }>(GetGroupsInfo, { groupIDs: [groupID] });
      if (groupInfos[0]?.memberCount === 0) return;
      await Bun.sleep(20);
    }
  };

  const small = (await create([], "small")).groupInfo.groupID;
  const large = (await create([], "large")).groupInfo.groupID;
  for (let from = 0; from < size; from += named)
    await invite(large, crowd.slice(from, from + named));
  const some = crowd.slice(0, named);
  for (const other of crowd.slice(0, many))
    await create([busy, other], `with ${other}`);
  const befriended = crowd.slice(0, friends);
  for (let from = 0; from < befriended.length; from += many)
    await unlessRefused(() =>
      rest.post(ImportFriend, {
        ownerUserID: friendly,
        friendUserIDs: befriended.slice(from, from + many),
      }),
    );

  const sendToAll = () =>
    rest.post(BatchSendMsg, {
      sendID: owner,
      content: { content: "to all" },
      contentType: 101,
      sessionType: 1,
      recvIDs: some.slice(1),
    });
  return [
    { name: "nothing", change: () => Bun.sleep(3_000) },
    {
      name: `create_group of ${named}`,
      change: () => create(some, "created"),
    },
    { name: `invite of ${named}`, change: () => invite(small, some) },
    {
      name: `kick of ${named - 1}`,
      change: () =>
        rest.post(KickGroup, {
          groupID: small,
          kickedUserIDs: some.slice(1),
        }),
    },
    {
      name: "batch_send_msg to 999, first messages",
      change: sendToAll,
    },
    {
      name: "batch_send_msg to 999 again",
      change: sendToAll,
    },
    {
      name: `set_conversations of ${named}`,
      change: () =>
        rest.post(SetConversations, {
          userIDs: some,
          conversation: {
            conversationID: `sg_${large}`,
            conversationType: 3,
            groupID: large,
            recvMsgOpt: 2,
          },
        }),
    },
    {
      name: `import_friend of ${many}`,
      change: () =>
        rest.post(ImportFriend, {
          ownerUserID: busy,
          friendUserIDs: some.slice(0, many),
        }),
    },
    {
      name: "clearing 999 conversations",
      change: () =>
        rest.post(UserClearAllMsg, {
          userID: owner,
          deleteSyncOpt: { IsSyncSelf: true, IsSyncOther: false },
        }),
    },
    {
      name: `a nickname in ${many} groups`,
      change: () =>
        rest.post(UpdateUserInfo, {
          userInfo: { userID: busy, nickname: "busier" },
        }),
    },
    {
      name: `a nickname of a friend of ${befriended.length}`,
      change: () =>
        rest.post(UpdateUserInfo, {
          userInfo: { userID: friendly, nickname: "friendlier" },
        }),
    },
    {
      name: `announcement to ${size}`,
      change: () =>
        rest.post(SetGroupInfoEx, {
          groupID: large,
          notification: "hear, hear",
        }),
    },
    {
      name: `naming all of ${size}`,
      async change() {
        await rest.post(SendMsg, {
          sendID: owner,
          content: {
            text: "all",
            atUserList: ["AtAllTag"],
            isAtSelf: false,
          },
          contentType: 106,
          sessionType: 3,
          groupID: large,
        });
        await Bun.sleep(3_000);
      },
    },
    {
      name: "a message to the large group",
      change: () => say({ content: "one" }, { groupID: large }),
    },
    { name: `dismissing ${size}`, change: () => dismissed(large) },
    {
      name: `registering ${named}`,
      change: () =>
        rest.post(UserRegister, {
          users: ids("r", named).map((userID) => ({
            userID,
            nickname: userID,
          })),
        }),
    },
    {
      name: `deleting a user in ${many} groups`,
      change: () =>
        rest.post(DeleteUser, {
          userID: busy,
          deleteMessages: true,
        }),
    },
    {
      name: `deleting a friend of ${befriended.length}`,
      change: () => rest.post(DeleteUser, { userID: friendly }),
    },
  ];
}
