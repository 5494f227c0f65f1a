import { expect, test } from "bun:test";

import { Client } from "./client.ts";
import { startServer } from "./server.ts";
import {
  countdown,
  createPairs,
  sayAllAgain,
  speak,
  verifyPair,
} from "./speaking.ts";

const pairs = 6;

test("kill -9 under load loses, doubles and reorders nothing that was acknowledged", async () => {
  await using server = await startServer();
  const all = await createPairs(server, pairs);
  for (let round = 0; round < 5; round++) {
    // Somewhere in the middle of it: another place in each round.
    const enough = countdown(40 + round * 67);
    const speaking = all.map((pair) =>
      speak(server, pair, { acknowledged: enough.step }),
    );
    await enough.reached;
    await server.kill();
    await Promise.all(speaking);
    await server.start();
    for (const pair of all) await verifyPair(server, pair);
  }

  // An unanswered message may be sent again and is stored once.
  for (const pair of all) await sayAllAgain(server, pair);
});

test("SIGTERM under load answers what it accepted and ends with 0", async () => {
  await using server = await startServer();
  const all = await createPairs(server, pairs);
  const codes: number[] = [];
  const listeners = await Promise.all(
    all.map((pair) =>
      Client.connect(server.ws, pair.receiver, pair.tokens.receiver),
    ),
  );
  const enough = countdown(150);
  const speaking = all.map((pair) =>
    speak(server, pair, { acknowledged: enough.step }),
  );
  await enough.reached;
  expect(await server.stop()).toBe(0);
  await Promise.all(speaking);
  for (const listener of listeners) codes.push(await listener.closed());
  expect(new Set(codes)).toEqual(new Set([1001]));
  await server.start();
  for (const pair of all) await verifyPair(server, pair);
});

test("a second process on the same data says which folder is taken", async () => {
  await using server = await startServer();
  const second = await startServer({ dataFolder: server.dataFolder }).then(
    () => "it started",
    String,
  );
  expect(second).toContain(`${server.dataFolder} is in use by another Parley`);
});
