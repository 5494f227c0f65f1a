import { expect, test } from "bun:test";

import { createBlackReads } from "./black-reads.ts";

const ann = { userID: "ann", platformID: 5 };

test("two reads of the black list after a change were answered at once, and the SDK inserted twice", async () => {
  const reads = createBlackReads(() => performance.now());
  reads.changed(ann);
  await reads.turn(ann);
  const first = performance.now();
  await reads.turn(ann);
  expect(performance.now() - first).toBeGreaterThanOrEqual(149);
});

test("nobody else waits, nor whoever changed nothing", async () => {
  let now = 0;
  const reads = createBlackReads(() => now);
  reads.changed(ann);
  const waited: string[] = [];
  const ask = (userID: string, platformID: number) =>
    reads.turn({ userID, platformID }).then(() => waited.push(userID));
  await Promise.all([ask("ann", 5), ask("ann", 2), ask("bob", 5)]);
  await Promise.all([ask("ann", 2), ask("bob", 5)]);
  now += 150;
  await ask("ann", 5);
  expect(waited).toHaveLength(6);
});

test("a device that asks very often waits two seconds at most", async () => {
  const reads = createBlackReads(() => 0);
  reads.changed(ann);
  // Fourteen fill two seconds; the rest is answered at once.
  const all = Array.from({ length: 1_000 }, () => reads.turn(ann));
  expect(await all.at(-1)).toBeUndefined();
});
