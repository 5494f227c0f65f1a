import { ReqIdentifier } from "@parley/protocol/envelope";
import { GetMaxSeqReq, GetMaxSeqResp } from "@parley/protocol/generated/sdkws";
import { BatchSendMsg } from "@parley/protocol/methods/messages";
import {
  GetFullGroupMemberUserIDs,
  GetIncrementalJoinGroups,
} from "@parley/protocol/methods/groups";
import { GetIncrementalFriends } from "@parley/protocol/methods/friends";
import {
  GetFullConversationIDs,
  GetIncrementalConversations,
} from "@parley/protocol/methods/conversations";
import type { Method } from "@parley/protocol/method";

import { connectClient } from "./client.ts";
import type { Client } from "./client.ts";
import { registerPeople } from "./crowd.ts";
import type { Person } from "./crowd.ts";
import { atLeast, figure, percentiles } from "./figures.ts";
import type { Figure } from "./figures.ts";
import { createFrameReader } from "./frame-reader.ts";
import { Latencies } from "./latency.ts";
import { newRunID } from "./message-id.ts";
import { mapConcurrently, signInToRest } from "./rest.ts";
import type { Context, Scenario } from "./scenario.ts";
import { wireOf } from "./wire.ts";

const defaultUsers = 200;
const groupCount = 200;
/** Groups and the people who wrote to everybody. */
const conversationCount = 1_000;
/** COMPAT: so long OpenIM's SDKs wait for an answer, and never ask again. */
const patienceMs = 10_000;
/** Delay of a reconnect in ms, the SDKs' first one. */
const comeBackMs = 1_000;
/** Syncing side by side, to see how many a second it can take. */
const atOnce = 16;
const excesses = [2, 5];

/** Everyone signs in on a new device, which has to fetch all there is. */
export const signInStorm: Scenario = {
  name: "sign-in-storm",
  question:
    "More sign in than it can take: who gets all they sync by, and when?",
  encodings: ["gob+gzip"],
  run,
};

interface Storm {
  whole: number;
  times: Latencies;
  seconds: number;
  /** Why somebody's sync is not whole. */
  faults: string[];
}

async function run({ options, encoding, ...context }: Context) {
  const wire = wireOf(encoding);
  const count = options.users ?? defaultUsers;
  const runID = newRunID();
  await using server = await context.startServer();
  const rest = await signInToRest(server.api);
  const all = conversationCount - groupCount + count;
  const people = await registerPeople(rest, runID, all, wire);
  const users = people.slice(0, count);
  const writers = people.slice(count);
  const userIDs = users.map(({ userID }) => userID);
  const groupIDs: string[] = [];
  for (let i = 0; i < groupCount; i++) {
    const [owner = "", ...members] = userIDs;
    groupIDs.push((await rest.createGroup(owner, members)) ?? "");
  }
  await mapConcurrently(writers, 8, ({ userID }) =>
    rest.post(BatchSendMsg, {
      sendID: userID,
      recvIDs: userIDs,
      senderPlatformID: 1,
      content: { content: "hello" },
      contentType: 101,
      sessionType: 1,
    }),
  );

  const syncOf = (person: Person) =>
    sync(server.api, person, { groupIDs, members: count }, () =>
      connectClient({
        address: server.gateway,
        openSocket: context.openSocket,
        wire,
        reader: createFrameReader({ wire, runID, remembered: 0 }),
        ...person,
        failed: () => undefined,
      }),
    );
  const sample = users.slice(0, Math.max(atOnce, Math.ceil(count / 4)));
  await mapConcurrently(sample.slice(0, atOnce), atOnce, syncOf);
  const began = performance.now();
  await mapConcurrently(sample, atOnce, syncOf);
  const perSecond = (1_000 * sample.length) / (performance.now() - began);

  const figures: Figure[] = [figure("can take", perSecond, "users/s")];
  for (const excess of excesses) {
    const storm = await runStorm(users, perSecond * excess, syncOf);
    for (const fault of new Set(storm.faults)) console.error(fault);
    figures.push(
      figure(
        `×${excess}: users whose sync is whole`,
        (100 * storm.whole) / count,
        "%",
        atLeast(100),
      ),
      ...percentiles(`×${excess}: sign-in → whole`, storm.times),
      figure(`×${excess}: all after`, storm.seconds, "s"),
    );
  }
  return {
    settings: { encoding, users: count, groupCount, conversationCount },
    figures,
  };
}

/** Users come at this rate, whatever became of those before. */
async function runStorm(
  users: readonly Person[],
  perSecond: number,
  syncOf: (person: Person) => Promise<void>,
): Promise<Storm> {
  const storm: Storm = {
    whole: 0,
    times: new Latencies(),
    seconds: 0,
    faults: [],
  };
  const began = performance.now();
  await Promise.all(
    users.map(async (user, i) => {
      const due = began + (1_000 * i) / perSecond;
      await Bun.sleep(Math.max(0, due - performance.now()));
      try {
        await syncOf(user);
        storm.whole++;
        storm.times.record(performance.now() - due);
      } catch (error) {
        storm.faults.push(String(error));
      }
    }),
  );
  storm.seconds = (performance.now() - began) / 1_000;
  return storm;
}

/**
 * Fetches what OpenIM's SDKs fetch on a new device. Throws if any of it is
 * missing.
 */
async function sync(
  api: string,
  { userID, token }: Person,
  { groupIDs, members }: { groupIDs: readonly string[]; members: number },
  connect: () => Promise<Client>,
): Promise<void> {
  async function ask<Data>(
    { path }: Pick<Method, "path">,
    body: object,
  ): Promise<Data> {
    const response = await fetch(api + path, {
      method: "POST",
      headers: { operationID: "sync", token },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(patienceMs),
    });
    const { errCode, errMsg, data } = (await response.json()) as {
      errCode: number;
      errMsg: string;
      data: Data;
    };
    if (errCode !== 0) throw new Error(`${path}: ${errCode} ${errMsg}`);
    return data;
  }

  const client = await comeIn(connect);
  try {
    const data = GetMaxSeqReq.encode({ userID });
    const newest = await inTime(
      client.request(ReqIdentifier.getNewestSeq, data),
    );
    const { maxSeqs } = GetMaxSeqResp.decode(newest);
    const since = { userID, versionID: "", version: 0 };
    await ask(GetIncrementalJoinGroups, since);
    await ask(GetIncrementalFriends, since);
    for (const groupID of groupIDs) {
      const { userIDs } = await ask<{ userIDs: string[] }>(
        GetFullGroupMemberUserIDs,
        { groupID, idHash: 0 },
      );
      requireAll("members", userIDs.length, members);
    }
    await ask(GetIncrementalConversations, since);
    const { conversationIDs } = await ask<{ conversationIDs: string[] }>(
      GetFullConversationIDs,
      { userID, idHash: 0 },
    );
    requireAll("conversations", conversationIDs.length, conversationCount);
    requireAll(
      "newest seqs",
      conversationIDs.filter((id) => id in maxSeqs).length,
      conversationCount,
    );
  } finally {
    client.close();
  }
}

/** Comes back until it may. */
async function comeIn(connect: () => Promise<Client>): Promise<Client> {
  for (;;)
    try {
      return await connect();
    } catch {
      await Bun.sleep(comeBackMs);
    }
}

async function inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error("no answer on the socket in time")),
    patienceMs,
  );
  return Promise.race([answer, promise]).finally(() => clearTimeout(timer));
}

function requireAll(what: string, got: number, wanted: number): void {
  if (got < wanted) throw new Error(`${got} of ${wanted} ${what}`);
}
