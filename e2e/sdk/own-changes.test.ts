import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";

import { ownChanges } from "./own-changes.ts";
import { openStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.clear());
afterAll(() => stage[Symbol.asyncDispose]());

// measure-own-changes.ts does it sixty times.
test("no call of the SDK fails because its caller is told of the change, too", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");
  for (const round of [1, 2])
    for (const { make } of ownChanges({ ann, bob }, round)) await make();
});

test("addBlack failed in a fifth of calls, when the notice came before the SDK had its answer", async () => {
  const [ann, bob] = await stage.arrive("ann", "bob");
  const changes = ownChanges({ ann, bob }, 0).filter(({ name }) =>
    ["addBlack", "removeBlack"].includes(name),
  );
  expect(changes).toHaveLength(2);
  for (let round = 0; round < 30; round++)
    for (const { make } of changes) await make();
});
