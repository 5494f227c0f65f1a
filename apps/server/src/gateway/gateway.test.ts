import { ReqIdentifier } from "@parley/protocol/envelope";
import { jsonCodec } from "@parley/protocol/json-envelope";
import { expect, test } from "bun:test";
import { NewestSeqFrame, SendMsgFrame } from "@parley/protocol/methods/frames";

import { readClientAddresses } from "../http/client-address.ts";
import { createLoadShedder } from "../pace/load-shedder.ts";
import { nextTurn } from "../pace/turns.ts";
import { createLogger } from "../watching/logger.ts";
import { byIdentifier } from "./requests.ts";
import { listen } from "./gateway.ts";
import type { GatewayDeps, GatewayOptions } from "./gateway.ts";
import type { FrameHandler } from "./requests.ts";
import { Opcode, RawClient } from "../../testing/gateway/client.ts";
import { createSessions } from "./sessions.ts";
import type { Session } from "./sessions.ts";

/** A gateway of its own clock; a token is a userID and its platform. */
function serve(
  options: Partial<GatewayOptions> = {},
  deps: Partial<GatewayDeps> = {},
) {
  const clock = { now: 0 };
  const elapsed = () => clock.now;
  let sweep: () => void = () => undefined;
  const gateway = listen(
    {
      hostname: "127.0.0.1",
      port: 0,
      maxConnections: 100,
      maxPerAddress: 0,
      maxFrameBytes: 51_200,
      maxQueuedBytes: 100_000_000,
      maxQueuedBytesOfAll: 100_000_000,
      ...options,
    },
    {
      sessions: createSessions(),
      handlers: byIdentifier([
        {
          frame: SendMsgFrame,
          answer: ({ data }) => Promise.resolve({ data }),
        },
      ]),
      authenticate: (token) => Promise.resolve(claimsOf(token)),
      admits: () => true,
      admitted: () => Promise.resolve(),
      addresses: readClientAddresses([]),
      shedder: createLoadShedder({ began: () => undefined, elapsed }),
      closed: () => undefined,
      logger: createLogger("silent"),
      elapsed,
      repeat(work) {
        sweep = work;
        return () => undefined;
      },
      ...deps,
    },
  );
  return {
    clock,
    /** The clock goes on to this time, second by second, as it does. */
    pass(until: number) {
      while (clock.now < until) {
        clock.now = Math.min(until, clock.now + 1_000);
        sweep();
      }
    },
    /** Nothing is done for so long. */
    stall(ms: number) {
      clock.now += ms;
      sweep();
    },
    connect: (platformID: number, userID = "ann") =>
      new RawClient(gateway.port, {
        sendID: userID,
        token: `${userID} ${platformID}`,
        platformID: String(platformID),
        operationID: "op",
        isBackground: "false",
        sdkType: "js",
      }),
    [Symbol.asyncDispose]: () => gateway.close(),
  };
}

function claimsOf(token: string) {
  const [userID = "", platformID] = token.split(" ");
  return { userID, platformID: Number(platformID) };
}

const requestOf = (operationID: string) => ({
  reqIdentifier: ReqIdentifier.sendMsg,
  token: "",
  sendID: "ann",
  operationID,
  msgIncr: "1",
  data: new Uint8Array(3),
});

/** Answered when everything that was sent before has been heard. */
async function echo(client: RawClient): Promise<void> {
  client.send(Opcode.text, '{"type":"ping","body":"x"}');
  const answer = await client.next(Opcode.text);
  expect(answer.toString()).toBe('{"type":"pong","body":"x"}');
}

test("thirty seconds of silence end a connection, without a close frame", async () => {
  await using server = serve();
  using silent = server.connect(1);
  using pinging = server.connect(2);
  await Promise.all([echo(silent), echo(pinging)]);
  server.pass(29_999);
  pinging.send(Opcode.ping, "op1");
  expect((await pinging.next(Opcode.pong)).toString()).toBe("op1");
  expect(silent.hasEnded).toBe(false);
  server.pass(30_000);
  await silent.ended();
  expect(silent.frames).toEqual([]);
  await echo(pinging);
});

test("a stall of over 30 s cut everybody before what they had sent was read", async () => {
  await using server = serve();
  using one = server.connect(1);
  await echo(one);
  server.stall(60_000);
  server.stall(3_600_000);
  await echo(one);
  expect(one.hasEnded).toBe(false);
  // It is silent all the same.
  server.pass(server.clock.now + 30_000);
  await one.ended();
});

test("newcomers are asked to come back while others wait long for what they sync by", async () => {
  let mayCome = false;
  const shedder = {
    ...createLoadShedder({ began: () => undefined, elapsed: () => 0 }),
    admitsNewcomer: () => mayCome,
  };
  await using server = serve({}, { shedder });
  using early = server.connect(1);
  await early.ended();
  // COMPAT: what the Go SDKs can read as JSON they take for a last word.
  expect(early.frames).toEqual([]);
  mayCome = true;
  using late = server.connect(1);
  await echo(late);
});

test("what is read over sockets counts from its turn to its answer", async () => {
  const under = new Set<object>();
  const database = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const shedder = {
    ...createLoadShedder({ began: () => undefined, elapsed: () => 0 }),
    reading(userID: string) {
      const read = { userID };
      under.add(read);
      return () => void under.delete(read);
    },
  };
  const handlers = byIdentifier(
    [SendMsgFrame, NewestSeqFrame].map((frame) => ({
      frame,
      answer() {
        if (frame === NewestSeqFrame) asked.resolve();
        const data = database.promise.then(() => new Uint8Array());
        return Promise.resolve({ data });
      },
    })),
  );
  await using server = serve({}, { shedder, handlers });
  using client = server.connect(1);
  await echo(client);
  for (const reqIdentifier of handlers.keys())
    client.send(
      Opcode.binary,
      jsonCodec.encodeRequest({
        ...requestOf("op"),
        reqIdentifier,
        data: new Uint8Array(),
      }),
    );
  await asked.promise;
  expect([...under]).toEqual([{ userID: "ann" }]);
  database.resolve();
  await client.next(Opcode.binary);
  await client.next(Opcode.binary);
  expect(under.size).toBe(0);
});

test("who has hundreds of messages under way is refused before others are", async () => {
  const shedder = createLoadShedder({
    began: () => expect.unreachable(),
    elapsed: () => 0,
  });
  let waitedMs = 0;
  shedder.watch(() => waitedMs);
  const disk = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
  let taken = 0;
  await using server = serve(
    {},
    {
      shedder,
      handlers: byIdentifier([
        {
          frame: SendMsgFrame,
          answer() {
            taken++;
            return Promise.resolve({ data: disk.promise });
          },
        },
      ]),
    },
  );
  using ann = server.connect(1);
  using bob = server.connect(1, "bob");
  const send = (client: RawClient, sendID: string) =>
    client.send(
      Opcode.binary,
      jsonCodec.encodeRequest({ ...requestOf("op"), sendID }),
    );
  for (let i = 0; i < 256; i++) send(ann, "ann");
  await echo(ann);
  while (taken < 256) await nextTurn();
  waitedMs = 300;
  send(ann, "ann");
  const codeOf = async (client: RawClient) =>
    jsonCodec.decodeResponse(await client.next(Opcode.binary)).errCode;
  expect(await codeOf(ann)).toBe(500);
  send(bob, "bob");
  disk.resolve(new Uint8Array());
  expect(await codeOf(bob)).toBe(0);
  expect(await codeOf(ann)).toBe(0);
});

test("of what waited too long only what was sent is refused, and reads are answered", async () => {
  const kinds: string[] = [];
  const shedder = {
    ...createLoadShedder({ began: () => undefined, elapsed: () => 0 }),
    admits(kind: string) {
      kinds.push(kind);
      return kind === "read";
    },
  };
  await using server = serve(
    {},
    {
      shedder,
      handlers: byIdentifier(
        [SendMsgFrame, NewestSeqFrame].map((frame) => ({
          frame,
          answer: () => Promise.resolve({ data: new Uint8Array() }),
        })),
      ),
    },
  );
  using client = server.connect(1);
  await echo(client);
  const ask = async (reqIdentifier: number) => {
    const request = {
      ...requestOf("op"),
      reqIdentifier,
      data: new Uint8Array(),
    };
    client.send(Opcode.binary, jsonCodec.encodeRequest(request));
    return jsonCodec.decodeResponse(await client.next(Opcode.binary)).errCode;
  };
  expect(await ask(ReqIdentifier.sendMsg)).toBe(500);
  expect(await ask(ReqIdentifier.getNewestSeq)).toBe(0);
  expect(kinds).toEqual(["send", "read"]);
});

test("browsers alone are pinged, every 27 seconds, and live by their pongs", async () => {
  await using server = serve();
  using browser = server.connect(5);
  using phone = server.connect(1);
  await Promise.all([echo(browser), echo(phone)]);
  for (const time of [27_000, 54_000, 81_000]) {
    server.pass(time);
    expect(await browser.next(Opcode.ping)).toHaveLength(0);
    browser.send(Opcode.pong, "");
    await echo(phone);
  }
  expect(phone.frames).toEqual([]);
});

test("a frame may have 51,200 bytes; one more ends the connection with 1009", async () => {
  await using server = serve();
  using client = server.connect(1);
  const frameOf = (length: number) => {
    const request = requestOf("op");
    const short = jsonCodec.encodeRequest(request).length;
    const token = "x".repeat(length - short);
    return jsonCodec.encodeRequest({ ...request, token });
  };
  client.send(Opcode.binary, frameOf(51_200));
  const answer = jsonCodec.decodeResponse(await client.next(Opcode.binary));
  expect(answer).toMatchObject({ msgIncr: "1", errCode: 0 });
  client.send(Opcode.binary, frameOf(51_201));
  await client.ended();
  expect((await client.next(Opcode.close)).readUInt16BE()).toBe(1009);
});

test("what a request without an operationID causes has one all the same", async () => {
  let caused = "";
  const handler: FrameHandler = {
    frame: SendMsgFrame,
    answer({ operationID, data }) {
      caused = operationID;
      return Promise.resolve({ data });
    },
  };
  await using server = serve({}, { handlers: byIdentifier([handler]) });
  using client = server.connect(1);
  client.send(Opcode.binary, jsonCodec.encodeRequest(requestOf("")));
  const answer = jsonCodec.decodeResponse(await client.next(Opcode.binary));
  expect(answer).toMatchObject({ operationID: "", errCode: 0 });
  expect(caused).not.toBe("");
});

test("no more come in than there is room for, also when they come at once", async () => {
  const looked: (() => void)[] = [];
  await using server = serve(
    { maxConnections: 1 },
    {
      // Takes as long as a database query for each token.
      authenticate: (token) =>
        new Promise((resolve) => {
          looked.push(() => resolve(claimsOf(token)));
          if (looked.length === 2) for (const each of looked) each();
        }),
    },
  );
  using one = server.connect(1);
  using other = server.connect(2);
  const isIn = await Promise.all([one.answered(), other.answered()]);
  expect(isIn.toSorted()).toEqual([false, true]);
  const refused = isIn[0] ? other : one;
  expect(JSON.parse(refused.body)).toMatchObject({ errCode: 1601 });
});

test("one user has a thousand connections at most, others have theirs", async () => {
  const sessions = createSessions();
  await using server = serve({}, { sessions });
  const session = { userID: "ann", platformID: 3 } as Session;
  for (let i = 0; i < 1_000; i++) sessions.add({ ...session });
  using client = server.connect(1);
  expect(await client.answered()).toBe(false);
  expect(JSON.parse(client.body)).toMatchObject({ errCode: 1601 });
  using other = server.connect(1, "bob");
  expect(await other.answered()).toBe(true);
});

test("pongs for a client that does not read count as what waits for all", async () => {
  let hasEnded = false;
  await using server = serve(
    { maxQueuedBytesOfAll: 65_536 },
    { closed: () => (hasEnded = true) },
  );
  using deaf = server.connect(1);
  await echo(deaf);
  deaf.pause();
  const ping = JSON.stringify({ type: "ping", body: "x".repeat(40_000) });
  // The system's buffers between the two hold a few megabytes.
  for (let sent = 0; sent < 1_000 && !hasEnded; sent++) {
    deaf.send(Opcode.text, ping);
    await nextTurn();
  }
  expect(hasEnded).toBe(true);
});

test("an answer that fits into no frame is 1001, and the connection goes on", async () => {
  await using server = serve(
    {},
    {
      handlers: byIdentifier([
        {
          frame: SendMsgFrame,
          answer: ({ operationID }) =>
            Promise.resolve({
              data: new Uint8Array(operationID === "large" ? 2 ** 20 : 3),
            }),
        },
      ]),
    },
  );
  using client = server.connect(1);
  await echo(client);
  const codes: number[] = [];
  for (const operationID of ["large", "small"]) {
    const request = jsonCodec.encodeRequest(requestOf(operationID));
    client.send(Opcode.binary, request);
    const answer = jsonCodec.decodeResponse(await client.next(Opcode.binary));
    codes.push(answer.errCode);
  }
  expect(codes).toEqual([1001, 0]);
});
