import { readFileSync } from "node:fs";
import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";

import { expect, test } from "bun:test";

import { Client } from "./client.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";
import { countdown, createPairs, speak, verifyPair } from "./speaking.ts";

/** Connections of each kind, on each port. */
const strangers = 500;

/** Byte sequences of strangers that are no clients. */
const kinds = [
  "",
  "\x16\x03\x01 garbage \r\n\x00 and more of it",
  "GET /?x=1 HTTP/1.1\r\nHost: a\r\nUpgrade: websocket",
];

function megabytesOf({ process: { pid } }: RunningServer): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
}

test("thousands who say nothing, garbage or half an upgrade stop nobody, and are closed", async () => {
  await using server = await startServer();
  const [pair] = await createPairs(server, 1);
  if (!pair) throw new Error("nobody");
  const count = 2 * kinds.length * strangers;
  const opened = countdown(count);
  const closed = countdown(count);
  for (const address of [server.ws, server.api])
    for (const said of kinds)
      for (let i = 0; i < strangers; i++) {
        const { hostname: host, port } = new URL(address);
        const socket = connect({ host, port: Number(port) });
        socket.on("connect", () => {
          opened.step();
          socket.write(said);
        });
        socket.on("error", () => undefined);
        // The server does it: nobody here ends one.
        socket.on("close", closed.step);
        socket.resume();
      }
  await opened.reached;
  await speak(server, pair, { isEnough: () => pair.acked.size >= 50 });
  expect(await verifyPair(server, pair)).toBe(pair.said);
  await closed.reached;
});

test.skipIf(process.platform !== "linux").each([
  ["their queues", { PARLEY_LIMITS_QUEUE_BYTES: "65536" }],
  [
    "is for the queues of all",
    {
      PARLEY_LIMITS_QUEUE_BYTES: "67108864",
      PARLEY_LIMITS_TOTAL_QUEUE_BYTES: "1048576",
    },
  ],
])(
  "clients that do not read are dropped, and take no more memory than %s",
  async (_, environment) => {
    await using server = await startServer({ environment });
    const pairs = await createPairs(server, 40);
    const listeners = await Promise.all(
      pairs.map(({ receiver, tokens }) =>
        slowReader(server, receiver, tokens.receiver),
      ),
    );
    const before = megabytesOf(server);
    const text = "x".repeat(20_000);
    const senders = await Promise.all(
      pairs.map(({ sender, tokens }) =>
        Client.connect(server.ws, sender, tokens.sender),
      ),
    );
    // More than the system's buffers and the queue of each can hold.
    const dropped = () =>
      server.logs().split('"reason":"slowReader"').length - 1;
    let said = 0;
    for (; dropped() < pairs.length; said++) {
      if (said === 1_000) throw new Error(`only ${dropped()} were dropped`);
      await Promise.all(
        senders.map((each, at) => each.say(pairs[at]?.receiver ?? "", text)),
      );
    }
    expect(megabytesOf(server) - before).toBeLessThan(200);
    for (const listener of listeners) listener.destroy();
    // They come back by seq.
    for (const { receiver, tokens, conversationID } of pairs.slice(0, 5)) {
      await using back = await Client.connect(
        server.ws,
        receiver,
        tokens.receiver,
      );
      expect((await back.newestSeqs())[conversationID]).toBe(said);
    }
    for (const each of senders) await each[Symbol.asyncDispose]();
  },
);

/** Upgrades its connection and never reads again. */
async function slowReader(
  { ws }: RunningServer,
  userID: string,
  token: string,
): Promise<Socket> {
  const { hostname: host, port } = new URL(ws);
  const socket = connect({ host, port: Number(port) });
  await once(socket, "connect");
  const query = new URLSearchParams({
    sendID: userID,
    token,
    platformID: "5",
    operationID: "slow",
    isBackground: "false",
    sdkType: "js",
  });
  socket.write(
    [
      `GET /?${query} HTTP/1.1`,
      `Host: ${host}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      "\r\n",
    ].join("\r\n"),
  );
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(answer.toString()).toContain("101");
  socket.pause();
  return socket;
}
