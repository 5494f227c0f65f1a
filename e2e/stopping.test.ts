import { expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createConnection } from "node:net";
import { Worker } from "node:worker_threads";

import { ReqIdentifier } from "@parley/protocol/envelope";
import { jsonCodec } from "@parley/protocol/json-envelope";
import {
  MsgData,
  PullMessageBySeqsReq,
} from "@parley/protocol/generated/sdkws";
import { ParseToken } from "@parley/protocol/methods/auth";

import { Admin, Client, post } from "./client.ts";
import type { Watched } from "./close-watcher.ts";
import { startServer } from "./server.ts";

const people = 120;
/** Messages a second, of all senders together. */
const perSecond = 1_000;

test("at 1,000 messages a second, a stop left sockets without a close frame and stored messages without an answer", async () => {
  await using server = await startServer();
  const admin = await Admin.signIn(server.api);
  const userIDs = await admin.users(
    ...Array.from({ length: people }, (_, i) => `u${i}x`),
  );
  const clients = await Promise.all(
    userIDs.map(async (userID) =>
      Client.connect(server.ws, userID, await admin.tokenOf(userID)),
    ),
  );
  const [other = ""] = await admin.users("other");
  const isOtherClosed = new Int32Array(new SharedArrayBuffer(4));
  const watched: Watched = {
    ws: server.ws,
    userID: other,
    token: await admin.tokenOf(other),
    closed: isOtherClosed,
  };
  const watcher = new Worker(new URL("close-watcher.ts", import.meta.url), {
    workerData: watched,
  });
  await once(watcher, "message");
  /** Acknowledged texts of each sender. */
  const answered = new Map(userIDs.map((each) => [each, new Set<string>()]));
  let count = 0;
  const underWay: Promise<void>[] = [];
  const { promise: warm, resolve } = Promise.withResolvers<void>();
  const partnerOf = (i: number) => userIDs[i ^ 1] ?? "";

  const say = (messages: number) => {
    for (let n = 0; n < messages; n++) {
      const i = count++ % people;
      const client = clients[i];
      if (!client || client.isClosed) continue;
      const clientMsgID = randomUUID();
      const said = client.say(partnerOf(i), "hello", { clientMsgID }).then(
        () => void answered.get(client.userID)?.add(clientMsgID),
        () => undefined, // It may not have been taken any more.
      );
      underWay.push(said);
    }
    if (count > 2 * perSecond) resolve();
  };
  const sending = setInterval(() => say(perSecond / 100), 10);
  await warm;
  const exited = server.stop();
  // This machine is busy, and reads nothing until the server has told others to go; what
  // it sends then must not cost it what it has not read.
  say(people);
  Atomics.wait(isOtherClosed, 0, 0);
  say(people);
  const codes = await Promise.all(clients.map((each) => each.closed()));
  clearInterval(sending);
  await watcher.terminate();
  expect(await exited).toBe(0);
  await Promise.all(underWay);
  expect(codes.filter((code) => code !== 1001)).toEqual([]);

  await server.start();
  const again = await Admin.signIn(server.api);
  for (const [i, userID] of userIDs.entries()) {
    const token = await again.tokenOf(userID);
    await using client = await Client.connect(server.ws, userID, token);
    const pair = `si_${[userID, partnerOf(i)].sort().join("_")}`;
    const { [pair]: newest = 0 } = await client.newestSeqs();
    const stored = await client.pull(pair, 1, newest);
    const own = stored
      .filter(({ sendID }) => sendID === userID)
      .map(({ clientMsgID }) => clientMsgID);
    expect(own.sort()).toEqual([...(answered.get(userID) ?? [])].sort());
  }
});

test("a client that was behind when the server stopped lost its answers and the close frame", async () => {
  await using server = await startServer();
  const admin = await Admin.signIn(server.api);
  const [ann = "", bob = ""] = await admin.users("ann", "bob");
  const token = await admin.tokenOf(ann);
  const pair = `si_${[ann, bob].sort().join("_")}`;
  {
    await using client = await Client.connect(server.ws, ann, token);
    for (let n = 0; n < 20; n++) await client.say(bob, "x".repeat(30_000));
  }
  const { hostname, port } = new URL(server.ws);
  const socket = createConnection(Number(port), hostname);
  const query = new URLSearchParams({
    sendID: ann,
    token,
    platformID: "5",
    operationID: "op",
    isBackground: "false",
    sdkType: "js",
  });
  socket.write(
    `GET /?${query} HTTP/1.1\r\nHost: ${hostname}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${"A".repeat(22)}==\r\n\r\n`,
  );
  const read: Buffer[] = [];
  const upgraded = new Promise<void>((resolve) =>
    socket.once("data", (chunk: Buffer) => {
      read.push(chunk.subarray(chunk.indexOf("\r\n\r\n") + 4));
      resolve();
    }),
  );
  await upgraded;
  socket.pause();
  await using listener = await Client.connect(
    server.ws,
    bob,
    await admin.tokenOf(bob),
  );
  let asked = 0;
  const ask = (reqIdentifier: number, data: Uint8Array): void => {
    const msgIncr = String(asked++);
    const envelope = { token: "", sendID: ann, operationID: "op", msgIncr };
    socket.write(
      masked(jsonCodec.encodeRequest({ ...envelope, reqIdentifier, data })),
    );
  };
  // More than the system keeps for a connection.
  const seqRanges = [{ conversationID: pair, begin: 1, end: 20, num: 20 }];
  for (let n = 0; n < 8; n++)
    ask(
      ReqIdentifier.pullMsgByRange,
      PullMessageBySeqsReq.encode({ userID: ann, seqRanges }),
    );
  // They are answered in order, so who hears this knows that all were taken.
  ask(
    ReqIdentifier.sendMsg,
    MsgData.encode({
      sendID: ann,
      recvID: bob,
      clientMsgID: randomUUID(),
      senderPlatformID: 5,
      sessionType: 1,
      msgFrom: 100,
      contentType: 101,
      content: Buffer.from('{"content":"that was all"}'),
      createTime: Date.now(),
    }),
  );
  await listener.until(() => listener.heard().includes("that was all"));
  const exited = server.stop();
  // Others are gone before anything more is read here.
  expect(await listener.closed()).toBe(1001);
  const ended = new Promise((resolve) => socket.once("close", resolve));
  socket.on("data", (chunk: Buffer) => {
    read.push(chunk);
    // Answers a close frame as any client does.
    if (opcodesIn(Buffer.concat(read)).includes(8)) socket.end();
  });
  socket.on("error", () => undefined);
  socket.resume();
  await ended;
  const opcodes = opcodesIn(Buffer.concat(read));
  // And what she said, which goes to all her devices.
  expect(opcodes.filter((each) => each === 2)).toHaveLength(asked + 1);
  expect(opcodes.at(-1)).toBe(8);
  expect(await exited).toBe(0);
});

/** A frame of a client, whose mask changes nothing. */
function masked(payload: Uint8Array): Buffer {
  const head = Buffer.from([0x82, 0x80 | 126, 0, 0, 0, 0, 0, 0]);
  head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

/** Returns the opcodes of complete frames. */
function opcodesIn(bytes: Buffer): number[] {
  const found: number[] = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const short = bytes.readUInt8(at + 1) & 0x7f;
    const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
    if (at + 2 + extra > bytes.length) break;
    const length =
      extra === 2
        ? bytes.readUInt16BE(at + 2)
        : extra === 8
          ? Number(bytes.readBigUInt64BE(at + 2))
          : short;
    if (at + 2 + extra + length > bytes.length) break;
    found.push(bytes.readUInt8(at) & 0x0f);
    at += 2 + extra + length;
  }
  return found;
}

test("a stranger's half body kept a server from stopping for a quarter of a minute", async () => {
  await using server = await startServer();
  const { hostname, port } = new URL(server.api);
  const socket = createConnection(Number(port), hostname);
  socket.on("error", () => undefined);
  let heard = "";
  socket.on("data", (bytes) => (heard += bytes.toString()));
  const length = 200_000;
  socket.write(
    `POST ${ParseToken.path} HTTP/1.1\r\nHost: a\r\noperationID: half\r\nContent-Length: ${length}\r\n\r\n`,
  );
  await new Promise<void>((resolve) => {
    socket.write(" ".repeat(length / 2), () => resolve());
  });
  // The server reads in order, so this answer proves that it read the frame.
  await post(server.api, ParseToken, { token: "" }).catch(() => undefined);
  const ended = once(socket, "close");
  expect(await server.stop()).toBe(0);
  await ended;
  expect(heard).toStartWith("HTTP/1.1 503");
});

test("an upload that trickles in held a stop for longer than ten seconds", async () => {
  await using server = await startServer();
  const admin = await Admin.signIn(server.api);
  const size = 1_000_000;
  const { upload } = await admin.post<{
    upload: { sign: { parts: { url: string }[] } };
  }>("/object/initiate_multipart_upload", {
    ...{ name: "imAdmin/slow.bin", contentType: "application/octet-stream" },
    ...{ hash: "0".repeat(32), size, partSize: 5_242_880, maxParts: -1 },
  });
  const { hostname, port, pathname, search } = new URL(
    upload.sign.parts[0]?.url ?? "",
  );
  const socket = createConnection(Number(port), hostname);
  socket.on("error", () => undefined);
  socket.resume();
  const ended = once(socket, "close");
  socket.write(
    `PUT ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Length: ${size}\r\n\r\n`,
  );
  await new Promise<void>((resolve) => socket.write("x", () => resolve()));
  // The server reads in order, so this answer proves that it has begun.
  await post(server.api, "/auth/parse_token", { token: "" }).catch(
    () => undefined,
  );
  const trickle = setInterval(() => socket.write("x"), 200);
  expect(await server.stop()).toBe(0);
  await ended;
  clearInterval(trickle);
  const [, tookMs] = /"tookMs":(\d+)/.exec(server.logs()) ?? [];
  expect(Number(tookMs)).toBeLessThan(10_000);
});

test("a second signal waited for the end of the first one's stop", async () => {
  await using server = await startServer();
  const { hostname, port } = new URL(server.api);
  const socket = createConnection(Number(port), hostname);
  socket.on("error", () => undefined);
  socket.write(
    "POST /auth/parse_token HTTP/1.1\r\nHost: a\r\noperationID: half\r\nContent-Length: 200000\r\n\r\n",
  );
  await new Promise<void>((resolve) => {
    socket.write(" ".repeat(100_000), () => resolve());
  });
  await post(server.api, "/auth/parse_token", { token: "" }).catch(
    () => undefined,
  );
  const exited = server.stop();
  while (!server.logs().includes('"msg":"stopping"'))
    await once(server.process.stdout!, "data");
  // Signals that come at once are one wish.
  await Bun.sleep(400);
  server.process.kill("SIGTERM");
  expect(await exited).toBe(143);
  expect(server.logs()).toContain("asked to stop again");
  expect(server.logs()).not.toContain('"msg":"stopped"');
  socket.destroy();
});
