import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";

import { model } from "./constants.ts";
import { coresOf, fitCores, mostUsers, planFor } from "./model.ts";
import { scalingPage, writeTables } from "./page.ts";

test("the tables of docs/scaling.md are those that the model computes", () => {
  const page = readFileSync(scalingPage, "utf8");
  expect(page).toBe(writeTables(page));
});

test("constants are found again from loads that they were made of", () => {
  const { constants } = model;
  const measured = (load: Parameters<typeof coresOf>[1]) => ({
    ...load,
    cores: coresOf(constants, load),
  });
  const fitted = fitCores(
    measured({ nodes: 1, rate: 2_000, remote: 0 }),
    measured({ nodes: 1, rate: 8_000, remote: 0 }),
    measured({ nodes: 2, rate: 5_000, remote: 0 }),
    measured({ nodes: 2, rate: 5_000, remote: 1 }),
  );
  for (const [name, value] of Object.entries(fitted))
    expect(value).toBeCloseTo(constants[name as keyof typeof constants], 6);
});

test("twice the users need no fewer nodes, and none has more to do than it may", () => {
  let before = 0;
  for (let users = 1e4; users <= mostUsers(model); users *= 2) {
    const plan = planFor(users, model);
    expect(plan.nodes).toBeGreaterThanOrEqual(before);
    expect(plan.coresOfNode).toBeLessThanOrEqual(model.limits.core);
    expect(plan.bytesOfNode).toBeLessThanOrEqual(model.limits.memoryOfNode);
    before = plan.nodes ?? 0;
  }
  expect(before).toBeGreaterThan(2);
  expect(planFor(2 * mostUsers(model), model).nodes).toBeNull();
});
