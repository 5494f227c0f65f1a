import { afterAll, beforeAll, test } from "bun:test";

import { randomFrom } from "../random.ts";
import { startCluster } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import { suffer } from "./faults.ts";
import { startTalk } from "./talking.ts";
import type { Talk } from "./talking.ts";

// People on three nodes talk all the time. `npm run prove:faults` does more harm, and
// longer.

let cluster: Cluster;
let talk: Talk;
beforeAll(async () => {
  cluster = await startCluster();
  talk = await startTalk(cluster, { peoplePerNode: 2, pauseMs: 50 });
});
afterAll(async () => {
  await talk[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
});

const random = randomFrom(1);

test.each([
  ["a node is killed", "kill", 0],
  ["PostgreSQL is killed", "kill-postgres", 1],
])(
  "everybody sees every message once and in order when %s",
  async (_, fault, node) => {
    await suffer(fault, {
      ...{ cluster, talk, node, random, seconds: 2 },
      measured: () => undefined,
    });
  },
);
