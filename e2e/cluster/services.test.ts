import { createHash, randomBytes } from "node:crypto";

import {
  echo,
  startTestEndpoint,
} from "@parley/server/testing/agents/endpoint.ts";
import type { TestEndpoint } from "@parley/server/testing/agents/endpoint.ts";
import type { InitiateMultipartUploadResp } from "@parley/protocol/generated/third";
import { AccountLogin } from "@parley/protocol/methods/chat/accounts";
import { AccountAddUser } from "@parley/protocol/methods/chat/managed-users";
import {
  CreateGroup,
  InviteUserToGroup,
  KickGroup,
} from "@parley/protocol/methods/groups";
import { SendMsg } from "@parley/protocol/methods/messages";
import {
  CompleteMultipartUpload,
  InitiateMultipartUpload,
} from "@parley/protocol/methods/objects";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import {
  callBack,
  connect,
  createBot,
  heardFrom,
  signInAdministrator,
} from "../agents/bots.ts";
import { Admin, post, RequestError } from "../client.ts";
import type { Client } from "../client.ts";
import { startCluster } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";

// What nodes know together beside messages: accounts, files, bots, long work.

let endpoint: TestEndpoint;
let cluster: Cluster;
let admins: Admin[];
let boss: string;
beforeAll(async () => {
  endpoint = await startTestEndpoint();
  cluster = await startCluster({
    nodes: 2,
    environment: {
      PARLEY_AGENTS_HISTORY: "4",
      PARLEY_AGENTS_PER_MINUTE: "5",
    },
  });
  admins = await Promise.all(
    cluster.nodes.map(({ server }) => Admin.signIn(server.api)),
  );
  boss = await signInAdministrator(cluster.node(0).server);
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
  await endpoint.close();
});

const md5 = (bytes: Uint8Array | string): string =>
  createHash("md5").update(bytes).digest("hex");

const codeOf = (asked: Promise<unknown>): Promise<number> =>
  asked.then(
    () => 0,
    (error: unknown) => {
      if (!(error instanceof RequestError)) throw error;
      return error.code;
    },
  );

test("wrong passwords at either node lock the account at both", async () => {
  const phone = { areaCode: "+1", phoneNumber: "5550100" };
  await post(
    cluster.node(0).server.chatAdmin,
    AccountAddUser,
    { user: { ...phone, nickname: "Ann", password: md5("secret") } },
    boss,
  );
  const signIn = (at: number, password: string) =>
    codeOf(
      post(cluster.node(at).server.chat, AccountLogin, {
        ...{ ...phone, password: md5(password), platform: 5 },
      }),
    );
  expect(await signIn(1, "secret")).toBe(0);
  for (let i = 0; i < 10; i++) expect(await signIn(i % 2, "x")).toBe(20001);
  for (const at of [0, 1]) expect(await signIn(at, "secret")).toBe(20012);
});

describe("a file", () => {
  const partSize = 5_242_880;

  /** Begins it at one node and completes it at the other; answers its address. */
  async function begin(
    at: number,
    name: string,
    bytes: Uint8Array<ArrayBuffer>,
  ) {
    const pieces = Array.from(
      { length: Math.ceil(bytes.length / partSize) },
      (_, i) => bytes.slice(i * partSize, (i + 1) * partSize),
    );
    const parts = pieces.map(md5);
    const about = { name, contentType: "text/plain", cause: "" };
    const { url, upload } = await admins[at]!.post<InitiateMultipartUploadResp>(
      InitiateMultipartUpload,
      {
        ...{ ...about, hash: md5(parts.join()), size: bytes.length },
        ...{ partSize, maxParts: pieces.length },
      },
    );
    for (const { partNumber, url: own, query } of upload?.sign?.parts ?? []) {
      const address = new URL(own || (upload?.sign?.url ?? ""));
      for (const { key, values } of [
        ...(upload?.sign?.query ?? []),
        ...(query ?? []),
      ])
        address.searchParams.set(key, values[0] ?? "");
      const body = pieces[partNumber - 1];
      const { status } = await fetch(address, { method: "PUT", body });
      expect(status).toBe(200);
    }
    return {
      url,
      complete: (at: number) =>
        admins[at]!.post<{ url: string }>(CompleteMultipartUpload, {
          ...{ ...about, uploadID: upload?.uploadID ?? "", parts },
        }),
    };
  }

  test.each([
    ["of one piece", 1_000],
    ["of parts", partSize + 1_000],
  ])(
    "%s is begun at one node and completed at the other, by several at once",
    async (_, size) => {
      const bytes = new Uint8Array(randomBytes(size));
      const both = await Promise.all(
        [0, 1].map((at) => begin(at, `imAdmin/${size} ${at}`, bytes)),
      );
      const urls = await Promise.all(
        both.flatMap(({ complete }, at) => [complete(1 - at), complete(at)]),
      );
      for (const { url } of urls) {
        const found = await fetch(url);
        expect(md5(await found.bytes())).toBe(md5(bytes));
      }
      // The content is known now, whichever node is asked.
      const again = await begin(1, `imAdmin/${size} again`, bytes);
      expect(again.url).not.toBe("");
    },
  );

  test("folder that two nodes shared would be nobody's", async () => {
    const { dataFolder } = cluster.node(0).server;
    const started = cluster.addNode({
      environment: { PARLEY_DATA: dataFolder },
    });
    expect(await started.catch(String)).toContain(
      `the data folder ${dataFolder} is in use by another Parley: stop that one, or set PARLEY_DATA to another folder`,
    );
    await cluster.node(0).ready();
  });
});

test("whoever joins a group at one node, connected to another, hears it from then on", async () => {
  const [ann = "", bob = ""] = await admins[0]!.users("ann", "bob");
  await using bobs = await connect(cluster.node(1).server, admins[1]!, bob);
  for (let round = 0; round < 5; round++) {
    const { groupInfo } = await admins[0]!.post<{
      groupInfo: { groupID: string };
    }>(CreateGroup, {
      ...{ ownerUserID: ann, memberUserIDs: [] },
      groupInfo: { groupName: "g", groupType: 2, needVerification: 2 },
    });
    const { groupID } = groupInfo;
    const heard = (contentType: number) =>
      bobs.pushed.some(
        ({ message }) =>
          message.groupID === groupID && message.contentType === contentType,
      );
    await admins[0]!.post(InviteUserToGroup, {
      ...{ groupID, invitedUserIDs: [bob], reason: "" },
    });
    await admins[0]!.post(SendMsg, {
      ...{ sendID: ann, groupID, sessionType: 3, contentType: 101 },
      ...{ senderPlatformID: 5, content: { content: "hello" } },
    });
    await bobs.until(() => heard(101));
    await admins[0]!.post(KickGroup, {
      groupID,
      kickedUserIDs: [bob],
      reason: "",
    });
    await bobs.until(() => heard(1508));
  }
});

describe("a bot", () => {
  /** A person who is connected to both nodes. */
  async function person(): Promise<[Client, Client]> {
    const [userID = ""] = await admins[0]!.users("ann");
    const [here, there] = await Promise.all(
      [0, 1].map((at) =>
        connect(cluster.node(at).server, admins[at]!, userID, at === 0 ? 5 : 1),
      ),
    );
    return [here!, there!];
  }
  const wordsOf = (question: number) =>
    endpoint.requests[question]?.body.messages.map(({ content }) => content);

  test("knows at one node what it was asked at another, and counts it", async () => {
    endpoint.requests.length = 0;
    const bot = await createBot(cluster.node(0).server, { url: endpoint.url });
    const [here, there] = await person();
    for (const [i, each] of [here, there, here, there, here].entries()) {
      await each.say(bot, String(i));
      await heardFrom(here, bot, i + 1);
    }
    expect(wordsOf(1)).toEqual(["0", "You said: 0", "1"]);
    expect(wordsOf(4)).toEqual(["2", "You said: 2", "3", "You said: 3", "4"]);
    await there.say(bot, "5");
    await here.say(bot, "6");
    expect((await heardFrom(here, bot, 6))[5]).toContain("many questions");
    expect(endpoint.requests).toHaveLength(5);
    await Promise.all([here, there].map((each) => each[Symbol.asyncDispose]()));
  });

  test("answers once what another node's webhook tells of, too", async () => {
    endpoint.requests.length = 0;
    const bot = await createBot(cluster.node(0).server, { url: endpoint.url });
    const [here, there] = await person();
    const { promise: mayAnswer, resolve } = Promise.withResolvers<void>();
    endpoint.behaviour = (response, request) =>
      void mayAnswer.then(() => echo(response, request));
    const { serverMsgID } = await here.say(bot, "Why?");
    const told = { sendID: here.userID, recvID: bot, serverMsgID };
    expect(await callBack(cluster.node(1).server, told)).toBe(0);
    resolve();
    await heardFrom(here, bot, 1);
    expect(await callBack(cluster.node(1).server, told)).toBe(0);
    await there.say(bot, "Enough");
    expect(await heardFrom(here, bot, 2)).toEqual([
      "You said: Why?",
      "You said: Enough",
    ]);
    expect(endpoint.requests).toHaveLength(2);
    endpoint.behaviour = echo;
    await Promise.all([here, there].map((each) => each[Symbol.asyncDispose]()));
  });

  test("answers what a node was asked that died with the question", async () => {
    endpoint.requests.length = 0;
    const bot = await createBot(cluster.node(0).server, { url: endpoint.url });
    const [here, there] = await person();
    const asked = Promise.withResolvers<void>();
    endpoint.behaviour = () => asked.resolve();
    await there.say(bot, "Are you there?");
    await asked.promise;
    endpoint.behaviour = echo;
    await cluster.node(1).server.kill();
    expect(await heardFrom(here, bot, 1)).toEqual(["You said: Are you there?"]);
    expect(endpoint.requests).toHaveLength(2);
    await here[Symbol.asyncDispose]();
  });
});
