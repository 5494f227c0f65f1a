import { randomBytes } from "node:crypto";

import { expect, test } from "bun:test";

import { PartSizeReq } from "@parley/protocol/generated/third";
import { method, nothing, signedIn } from "@parley/protocol/method";
import { MsgData } from "@parley/protocol/generated/sdkws";

import { createSessions } from "../gateway/sessions.ts";
import type { Session } from "../gateway/sessions.ts";
import { wireFormat } from "../gateway/wire-format.ts";
import { createIntake } from "../http/intake.ts";
import { route } from "../http/route.ts";
import { serveAPI } from "../http/server.ts";
import { createLogger } from "../watching/logger.ts";
import { createMetrics } from "../watching/metrics.ts";
import { createAnswerFirst } from "./answer-first.ts";
import { createDelivery } from "./delivery.ts";

const web = 5;
const phone = 2;

/** A connection that remembers what it was sent, and when. */
function connect(userID: string, platformID: number) {
  const sent: { text: string; at: number }[] = [];
  const waiting = new Set<() => void>();
  const session: Session = {
    id: `${userID} on ${platformID}`,
    userID,
    platformID,
    token: "",
    wire: wireFormat("js", false),
    isBackground: false,
    send(frame) {
      sent.push({ text: Buffer.from(frame).toString(), at: performance.now() });
      for (const look of [...waiting]) look();
    },
    close: () => undefined,
  };
  return {
    session,
    sent,
    texts: () => sent.map(({ text }) => text),
    count: (wanted: number) =>
      new Promise<void>((resolve) => {
        const look = () => sent.length >= wanted && resolve();
        waiting.add(look);
        look();
      }),
  };
}

const frame = (text: string) => Buffer.from(text);
const turns = async (count = 3) => {
  for (let i = 0; i < count; i++)
    await new Promise((resolve) => setImmediate(resolve));
};
const open = () => createAnswerFirst(() => performance.now());
const Change = method("/change", PartSizeReq, nothing, {
  access: signedIn,
  kind: "change",
  words: ["Changes"],
});
const asked = { userID: "ann", platformID: web, operationID: "op", quietMs: 0 };

test("a notice that reached its caller before the answer waits for it", async () => {
  const answerFirst = open();
  const ann = connect("ann", web);
  const answered = answerFirst.asks(asked);
  answerFirst.send(ann.session, frame("notice"), "op");
  await turns();
  expect(ann.texts()).toEqual([]);
  answered();
  expect(ann.texts()).toEqual([]);
  await ann.count(1);
});

test("what comes later for the same connection does not overtake a notice that waits", async () => {
  const answerFirst = open();
  const ann = connect("ann", web);
  const answered = answerFirst.asks(asked);
  answerFirst.send(ann.session, frame("notice"), "op");
  answerFirst.send(ann.session, frame("from bob"), "of bob");
  answerFirst.send(ann.session, frame("another notice"), "op");
  answerFirst.send(ann.session, frame("from cid"), "of cid");
  answered();
  await ann.count(4);
  expect(ann.texts()).toEqual([
    "notice",
    "from bob",
    "another notice",
    "from cid",
  ]);
  answerFirst.send(ann.session, frame("at once again"), "of bob");
  expect(ann.texts().at(-1)).toBe("at once again");
});

test("nobody else waits: not other people, nor the caller's other devices", () => {
  const answerFirst = open();
  const others = [connect("bob", web), connect("ann", phone)];
  answerFirst.asks(asked);
  for (const { session, texts } of others) {
    answerFirst.send(session, frame("notice"), "op");
    expect(texts()).toEqual(["notice"]);
  }
});

test("without a platform, as at the chat service, all of the caller's connections wait", async () => {
  const answerFirst = open();
  const devices = [connect("ann", web), connect("ann", phone)];
  const answered = answerFirst.asks({ ...asked, platformID: 0 });
  for (const { session, texts } of devices) {
    answerFirst.send(session, frame("notice"), "op");
    expect(texts()).toEqual([]);
  }
  answered();
  await Promise.all(devices.map(({ count }) => count(1)));
});

test("an SDK that asks on in the same operation is not told before it had time", async () => {
  const answerFirst = open();
  const ann = connect("ann", web);
  const answered = answerFirst.asks({ ...asked, quietMs: 40 });
  answerFirst.send(ann.session, frame("notice"), "op");
  answered();
  await turns();
  const readingOn = answerFirst.asks(asked);
  // Had ann's notice kept its time, it would have come before this one.
  const bob = connect("bob", web);
  const bobIsAnswered = answerFirst.asks({
    ...asked,
    userID: "bob",
    quietMs: 40,
  });
  answerFirst.send(bob.session, frame("notice"), "op");
  bobIsAnswered();
  await bob.count(1);
  expect(ann.texts()).toEqual([]);
  const at = performance.now();
  readingOn();
  await ann.count(1);
  expect(ann.sent[0]!.at - at).toBeGreaterThanOrEqual(39);
});

test("a request that takes for ever keeps nobody waiting for ever", async () => {
  let now = 0;
  const answerFirst = createAnswerFirst(() => now);
  const ann = connect("ann", web);
  answerFirst.asks(asked);
  answerFirst.send(ann.session, frame("notice"), "op");
  now += 10_000;
  // More than one connection's share of memory.
  answerFirst.send(ann.session, new Uint8Array(1_048_577), "of bob");
  expect(ann.sent).toHaveLength(2);
  answerFirst.send(ann.session, frame("later"), "op");
  expect(ann.sent).toHaveLength(2);
  now += 10_000;
  await ann.count(3);
});

/** A caller who is connected, and a route of this answer that tells them something. */
function serveChange(answer: () => Promise<string | undefined>) {
  const answerFirst = open();
  const sessions = createSessions();
  const ann = connect("ann", web);
  sessions.add(ann.session);
  const { deliver } = createDelivery({
    sessions,
    answerFirst,
    delivered: () => undefined,
  });
  const api = serveAPI(
    { hostname: "127.0.0.1", port: 0, maxBodyBytes: 1_000 },
    {
      routes: [
        {
          ...route(Change, { handle: async () => undefined }),
          answer({ cause: { operationID } }) {
            deliver({
              conversationID: "n_ann_ann",
              data: MsgData.encode({ recvID: "ann" }),
              operationID,
              userIDs: ["ann"],
            });
            return answer();
          },
        },
      ],
      pages: [],
      identify: () =>
        Promise.resolve({ userID: "ann", platformID: web, isAdmin: false }),
      addressOf: (remote) => remote,
      neighborhoodOf: () => undefined,
      intake: createIntake({ totalBytes: 2 ** 20, elapsed: () => 0 }),
      asks: answerFirst.asks,
      metrics: createMetrics({
        onlineUsers: () => 0,
        connections: () => 0,
        unmerged: () => 0,
        version: "test",
      }),
      logger: createLogger("silent"),
    },
  );
  return { ann, api, [Symbol.asyncDispose]: () => api.close() };
}

const change = (headers: Record<string, string> = {}) => ({
  method: "POST",
  headers: { operationID: "op", token: "t", ...headers },
  body: "{}",
});

test("a change by REST whose request goes on after its notice is answered first", async () => {
  let heardAtAnswer = -1;
  await using served = serveChange(async () => {
    await turns(20);
    heardAtAnswer = served.ann.sent.length;
    return undefined;
  });
  const { api, ann } = served;
  const response = await fetch(`http://127.0.0.1:${api.port}/change`, change());
  expect(await response.json()).toMatchObject({ errCode: 0 });
  expect(heardAtAnswer).toBe(0);
  await ann.count(1);
});

test("a notice overtook an answer that was still being packed", async () => {
  const long = JSON.stringify(randomBytes(1_000_000).toString("hex"));
  await using served = serveChange(() => Promise.resolve(long));
  const { api, ann } = served;
  const request = new Request(
    "http://host/change",
    change({ "accept-encoding": "gzip" }),
  );
  const response = await api.answer(request, "192.0.2.1");
  expect(response.headers.get("content-encoding")).toBe("gzip");
  expect(ann.sent).toHaveLength(0);
  await ann.count(1);
});
