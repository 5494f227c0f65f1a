import {
  beginStream,
  delta,
  echo,
  refuse,
  stall,
  startTestEndpoint,
  stream,
} from "@parley/server/testing/agents/endpoint.ts";
import type { TestEndpoint } from "@parley/server/testing/agents/endpoint.ts";
import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { CreateGroup } from "@parley/protocol/methods/groups";
import {
  SendBusinessNotification,
  SendMsg,
} from "@parley/protocol/methods/messages";
import { AgentCreate, AgentDelete } from "@parley/protocol/methods/chat/agents";

import { Admin, post } from "../client.ts";
import type { Client } from "../client.ts";
import { startServer } from "../server.ts";
import type { RunningServer } from "../server.ts";
import {
  callBack as callBackAt,
  createBot,
  heardFrom,
  newPerson,
  pairOf,
  signInAdministrator,
} from "./bots.ts";
import type { Named, Told } from "./bots.ts";

// A person and a bot, with nothing configured but how long a bot waits.

let endpoint: TestEndpoint;
let server: RunningServer;
let admin: Admin;
let bot: string;
const open: Client[] = [];

beforeAll(async () => {
  endpoint = await startTestEndpoint();
  server = await startServer({
    environment: {
      PARLEY_AGENTS_FIRST_BYTE_TIMEOUT: "1",
      PARLEY_AGENTS_PER_MINUTE: "6",
      PARLEY_AGENTS_AT_ONCE: "2",
      PARLEY_LOG_LEVEL: "debug",
    },
  });
  admin = await Admin.signIn(server.api);
  bot = await createBot(server, { url: endpoint.url, prompts: "Be brief." });
});
afterEach(async () => {
  endpoint.behaviour = echo;
  endpoint.requests.length = 0;
  await Promise.all(open.map((each) => each[Symbol.asyncDispose]()));
  open.length = 0;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await endpoint.close();
});

async function person(): Promise<Client> {
  const found = await newPerson(server, admin);
  open.push(found);
  return found;
}

const failed = "I cannot answer at the moment. Please try again later.";
const cutOff = "(My answer broke off here. Please ask again.)";
const timedOut = "That took me too long. Please try again.";
const tooMany =
  "You have asked many questions within a minute. Please wait a little.";
const busy =
  "I am still answering your last questions. Please ask again when I am done.";

test("a person writes to a bot, sees it write, and gets its answer", async () => {
  const ann = await person();
  await ann.say(bot, "Why?");
  expect(await heardFrom(ann, bot, 1)).toEqual(["You said: Why?"]);
  expect(endpoint.requests.map(({ body }) => body)).toEqual([
    {
      model: "m",
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Why?" },
      ],
      stream: true,
    },
  ]);
  const typing = () =>
    ann.pushed
      .filter(({ message }) => message.contentType === 113)
      .map(({ message }) => new TextDecoder().decode(message.content));
  await ann.until(() => typing().length === 2);
  expect(typing()).toEqual(['{"msgTips":"yes"}', '{"msgTips":"no"}']);
  const stored = await ann.pull(pairOf(ann.userID, bot), 1, 9);
  expect(stored.map(({ sendID, seq }) => [sendID, seq])).toEqual([
    [ann.userID, 1],
    [bot, 2],
  ]);
});

test("a bot in a group answers who names it, and nobody else", async () => {
  const [ann, bob] = [await person(), await person()];
  const other = await createBot(server, { url: endpoint.url });
  const {
    groupInfo: { groupID },
  } = await admin.post<{ groupInfo: { groupID: string } }>(CreateGroup, {
    ownerUserID: ann.userID,
    memberUserIDs: [bob.userID, bot],
    groupInfo: { groupName: "g", groupType: 2 },
  });
  const inGroup = { groupID, sessionType: 3 };
  const naming = (text: string, ...atUserList: string[]) => ({
    ...inGroup,
    contentType: 106,
    atUserIDList: atUserList,
    content: Buffer.from(JSON.stringify({ text, atUserList })),
  });
  await ann.say("", "bot?", inGroup);
  await ann.say("", "", naming("@all", "AtAllTag", bob.userID));
  // Made up: it is no member.
  await ann.say("", "", naming("@other", other));
  await ann.say("", "", naming(`@${bot} Why?`, bot));
  for (const each of [ann, bob])
    expect(await heardFrom(each, bot, 1)).toEqual(["You said: Why?"]);
  expect(endpoint.requests).toHaveLength(1);
});

test("what goes wrong at the endpoint is told", async () => {
  const ann = await person();
  endpoint.behaviour = refuse(500, { error: "sk-secret is broken" });
  await ann.say(bot, "error");
  await heardFrom(ann, bot, 1);
  endpoint.behaviour = stall();
  await ann.say(bot, "stall");
  await heardFrom(ann, bot, 2);
  endpoint.behaviour = (response) => {
    beginStream(response, "data: <garbage>\n\n");
    response.end();
  };
  await ann.say(bot, "garbage");
  await heardFrom(ann, bot, 3);
  endpoint.behaviour = (response) => {
    beginStream(response, delta("Bec"));
    response.end();
  };
  await ann.say(bot, "cut off");
  await heardFrom(ann, bot, 4);
  endpoint.behaviour = stall("Bec");
  await ann.say(bot, "stall in the middle");
  await heardFrom(ann, bot, 5);
  endpoint.behaviour = stream();
  await ann.say(bot, "nothing");
  expect(await heardFrom(ann, bot, 6)).toEqual([
    failed,
    timedOut,
    failed,
    `Bec\n\n${cutOff}`,
    `Bec\n\n${cutOff}`,
    "no response",
  ]);
  expect(server.logs()).toContain("an endpoint did not answer");
  expect(server.logs()).toContain("*** is broken");
});

test("a connection that breaks is told, too", async () => {
  const ann = await person();
  endpoint.behaviour = (response) => {
    beginStream(response, delta("Bec"));
    response.destroy();
  };
  await ann.say(bot, "break");
  const [text = ""] = await heardFrom(ann, bot, 1);
  // The last words before the failure may be lost with it.
  expect([failed, `Bec\n\n${cutOff}`]).toContain(text);
});

test("a long answer comes as several messages, in order", async () => {
  const ann = await person();
  const words = Array.from({ length: 3_000 }, (_, i) => `word${i}`);
  endpoint.behaviour = stream(...words.map((word) => `${word} `));
  await ann.say(bot, "tell me a story");
  const parts = await heardFrom(ann, bot, 7);
  expect(parts.join(" ")).toBe(words.join(" "));
  expect(Math.max(...parts.map(({ length }) => length))).toBeLessThan(4_001);
});

test("who asks too much at once is told so once, and again answered later", async () => {
  const ann = await person();
  const { promise: mayAnswer, resolve: letAnswer } =
    Promise.withResolvers<void>();
  endpoint.behaviour = (response, request) =>
    void mayAnswer.then(() => echo(response, request));
  for (const text of ["one", "two", "three", "four"]) await ann.say(bot, text);
  expect(await heardFrom(ann, bot, 1)).toEqual([busy]);
  letAnswer();
  const answers = await heardFrom(ann, bot, 3);
  expect(answers.slice(1).toSorted()).toEqual([
    "You said: one",
    "You said: two",
  ]);
  await ann.say(bot, "five");
  expect((await heardFrom(ann, bot, 4))[3]).toBe("You said: five");
});

test("who asks too much within a minute is told so once; others are not concerned", async () => {
  const [ann, bob] = [await person(), await person()];
  for (let i = 1; i <= 6; i++) {
    await ann.say(bot, String(i));
    await heardFrom(ann, bot, i);
  }
  for (let i = 7; i <= 10; i++) await ann.say(bot, String(i));
  expect((await heardFrom(ann, bot, 7)).slice(6)).toEqual([tooMany]);
  await bob.say(bot, "and me?");
  expect(await heardFrom(bob, bot, 1)).toEqual(["You said: and me?"]);
  expect(endpoint.requests).toHaveLength(7);
  expect(await heardFrom(ann, bot, 7)).toHaveLength(7);
});

test("bots answer no bots, not themselves, and no notices", async () => {
  const ann = await person();
  const other = await createBot(server, { url: endpoint.url });
  const say = (sendID: string, recvID: string) =>
    admin.post(SendMsg, {
      sendID,
      recvID,
      content: { content: "Why?" },
      contentType: 101,
      sessionType: 1,
      senderPlatformID: 5,
    });
  await say(other, bot);
  await say(bot, bot);
  await admin.post(SendBusinessNotification, {
    key: "k",
    data: "d",
    sendUserID: ann.userID,
    recvUserID: bot,
  });
  await ann.say(bot, "And I?");
  expect(await heardFrom(ann, bot, 1)).toEqual(["You said: And I?"]);
  expect(endpoint.requests).toHaveLength(1);
});

const callBack = (told: Told, named?: Named): Promise<number> =>
  callBackAt(server, told, named);

test("a message that a webhook tells of, too, is answered once", async () => {
  const ann = await person();
  const { serverMsgID } = await ann.say(bot, "Why?");
  await heardFrom(ann, bot, 1);
  const told = { sendID: ann.userID, recvID: bot, serverMsgID };
  expect(await callBack(told)).toBe(0);
  expect(await callBack({ ...told, serverMsgID: "elsewhere" })).toBe(0);
  expect(await heardFrom(ann, bot, 2)).toEqual([
    "You said: Why?",
    "You said: By webhook?",
  ]);
  expect(await callBack({ ...told, serverMsgID: "elsewhere" })).toBe(0);
  await ann.say(bot, "Enough");
  expect((await heardFrom(ann, bot, 3))[2]).toBe("You said: Enough");
});

test("a webhook speaks for no conversation but the message's own", async () => {
  const [ann, bob] = [await person(), await person()];
  const told = { sendID: ann.userID, recvID: bot, serverMsgID: "other" };
  expect(await callBack(told, { sendID: bob.userID, recvID: ann.userID })).toBe(
    1001,
  );
  expect(await callBack({ ...told, recvID: "bot_unknown" })).toBe(1001);
  expect(await callBack({ ...told, recvID: bob.userID })).toBe(0);
  await ann.say(bot, "Why?");
  expect(await heardFrom(ann, bot, 1)).toEqual(["You said: Why?"]);
  expect(endpoint.requests).toHaveLength(1);
});

test("a bot that was deleted is silent, and one that was made again answers", async () => {
  const ann = await person();
  const mortal = await createBot(server, { url: endpoint.url });
  const token = await signInAdministrator(server);
  await post(
    server.agents,
    AgentDelete,
    { userIDs: [mortal, "bot_unknown"] },
    token,
  );
  await ann.say(mortal, "Are you there?");
  await ann.say(bot, "Why?");
  await heardFrom(ann, bot, 1);
  expect(endpoint.requests).toHaveLength(1);
  await post(
    server.agents,
    AgentCreate,
    {
      agent: {
        userID: mortal.slice("bot_".length),
        nickname: "Again",
        url: endpoint.url,
      },
    },
    token,
  );
  await ann.say(mortal, "And now?");
  expect(await heardFrom(ann, mortal, 1)).toEqual(["You said: And now?"]);
});

test("the key is in no line of the log", () => {
  expect(server.logs()).not.toContain("sk-secret");
});

test("the metrics say what became of questions", async () => {
  const text = await (await fetch(`${server.api}/metrics`)).text();
  for (const outcome of ["answered", "timedOut", "busy", "tooMany"])
    expect(text).toContain(
      `parley_agent_questions_total{outcome="${outcome}"}`,
    );
});
