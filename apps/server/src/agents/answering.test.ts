import { ProtocolError } from "@parley/protocol/errors";
import { goStringify } from "@parley/protocol/go-json";
import { SendMsg } from "@parley/protocol/methods/messages";
import { GetGroupMembersInfo } from "@parley/protocol/methods/groups";
import { beforeEach, expect, test } from "bun:test";

import { createLogger } from "../watching/logger.ts";
import { AgentKey } from "./agent-key.ts";
import { createAnswering } from "./answering.ts";
import type { AnsweringDeps, Question } from "./answering.ts";
import { EndpointFailed } from "./endpoint-failed.ts";

const agent = {
  userID: "bot_a",
  nickname: "A",
  faceURL: "face",
  url: "https://llm.example/v1",
  key: new AgentKey("sk-secret"),
  identity: "",
  model: "m",
  prompts: "",
  createTime: 0,
};

const question: Question = {
  agent,
  askerID: "ann",
  groupID: "",
  text: "Why?",
  operationID: "op",
  id: "m1",
};

const begun = { save: () => Promise.resolve() };

const texts = {
  failed: "failed",
  timedOut: "timed out",
  cutOff: "cut off",
  tooMany: "too many",
  busy: "busy",
};

/** Requests to the IM server, in order. */
let asked: { path: string; body: Record<string, unknown> }[];
/** Errors that the IM server returns first. */
let refusals: ProtocolError[];
let outcomes: string[];
let slept: number[];
let typing: string[];
beforeEach(() => {
  exchanged = [];
  asked = [];
  refusals = [];
  outcomes = [];
  slept = [];
  typing = [];
});

const im: AnsweringDeps["im"] = {
  async call(_operationID, { path, response }, request) {
    asked.push({ path, body: request });
    const refusal = refusals.shift();
    if (refusal) throw refusal;
    return response?.fromJSON(goStringify({ members: [] })) as never;
  },
};

/** The outcomes of questions, in order. */
let exchanged: string[];

const exchanges: AnsweringDeps["exchanges"] = {
  begin: () =>
    Promise.resolve({
      kind: "begun",
      exchange: {
        turns: [],
        async end(said) {
          exchanged.push(said ? `${said.question} ${said.answer}` : "nothing");
        },
        async giveUp() {
          exchanged.push("given up");
        },
      },
    }),
};

const open = (more: Partial<AnsweringDeps> = {}, settings = {}) =>
  createAnswering({
    settings: {
      markdown: false,
      texts,
      ...settings,
    },
    ask: async () => ({ text: "Because.", isWhole: true }),
    exchanges,
    im,
    async sayTyping(_operationID, sendID, recvID, isTyping) {
      typing.push(`${sendID} to ${recvID} ${isTyping}`);
    },
    asked: (outcome) => outcomes.push(outcome),
    logger: createLogger("silent"),
    async sleep(ms) {
      slept.push(ms);
    },
    ...more,
  });

/** The user may send another question. */
const refused = (error: unknown) => error;

/** Until all that is under way is over. */
async function settled(): Promise<void> {
  for (let i = 0; i < 100; i++) await Promise.resolve();
}

const said = () => asked.map(({ body }) => body["content"]);

test("an answer is a text in the agent's name", async () => {
  open().answer(question, begun).catch(refused);
  await settled();
  expect(asked).toEqual([
    {
      path: SendMsg.path,
      body: {
        sendID: "bot_a",
        senderNickname: "A",
        senderFaceURL: "face",
        senderPlatformID: 10,
        recvID: "ann",
        content: { content: "Because." },
        contentType: 101,
        clientMsgID: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
        sessionType: 1,
      },
    },
  ]);
  expect(typing).toEqual(["bot_a to ann true", "bot_a to ann false"]);
  expect(outcomes).toEqual(["answered"]);
});

test("or markdown, where that is wanted", async () => {
  open({}, { markdown: true }).answer(question, begun).catch(refused);
  await settled();
  expect(asked[0]?.body).toMatchObject({
    content: { content: "Because." },
    contentType: 118,
  });
});

test("an IM server elsewhere is not told of typing", async () => {
  open({ sayTyping: undefined }).answer(question, begun).catch(refused);
  await settled();
  expect(said()).toEqual([{ content: "Because." }]);
});

test("an answer that had no room is sent again, any other refusal is whoever asked told", async () => {
  refusals = [new ProtocolError(429), new ProtocolError(429)];
  open().answer(question, begun).catch(refused);
  await settled();
  expect(said()).toHaveLength(3);
  expect(slept).toEqual([500, 2_000]);
  asked = [];
  refusals = [new ProtocolError(500), new ProtocolError(500)];
  open().answer(question, begun).catch(refused);
  await settled();
  expect(said()).toHaveLength(1);
});

test("an agent that is no member of the group spends nothing on it", async () => {
  open({
    ask: () => {
      throw new Error("it was asked");
    },
  })
    .answer({ ...question, groupID: "g" }, begun)
    .catch(refused);
  await settled();
  expect(asked.map(({ path }) => path)).toEqual([GetGroupMembersInfo.path]);
  expect(typing).toEqual([]);
});

test("a stop breaks off what is under way, says so, and takes nothing new", async () => {
  const answering = open({
    ask: (_agent, _turns, signal) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener("abort", () => {
          const failure = new EndpointFailed("stopped", "the server stops");
          failure.partial = "Bec";
          reject(failure);
        }),
      ),
    sleep: () => new Promise(() => undefined),
  });
  answering.answer(question, begun).catch(refused);
  await settled();
  expect(asked).toEqual([]);
  await answering.close(1_000);
  expect(said()).toEqual([{ content: "Bec\n\ncut off" }]);
  expect(outcomes).toEqual(["stopped"]);
  answering.answer(question, begun).catch(refused);
  await settled();
  expect(said()).toHaveLength(1);
});

test("a stop waits for no IM server that does not answer", async () => {
  const answering = open({
    im: { call: () => new Promise(() => undefined) },
  });
  answering.answer(question, begun).catch(refused);
  await settled();
  await answering.close(5);
  expect(slept).toEqual([5]);
});

test("an answer that was not stored was taken for given by the next attempt", async () => {
  const { answer } = open();
  const lost = new Error("the database is away");
  const save = () => Promise.reject(lost);
  expect(await answer(question, { save }).catch(refused)).toBe(lost);
  expect(exchanged).toEqual(["given up"]);
  expect(said()).toEqual([]);
  await answer(question, begun);
  expect(exchanged).toEqual(["given up", "Why? Because."]);
  expect(said()).toEqual([{ content: "Because." }]);
});

test("what another process answers is not answered here", async () => {
  const { answer } = open({
    exchanges: { begin: () => Promise.resolve({ kind: "taken" }) },
  });
  await answer(question, begun);
  expect([asked, outcomes]).toEqual([[], []]);
});
