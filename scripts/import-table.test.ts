import { describe, expect, test } from "bun:test";
import { importProblem } from "./import-table.mjs";

const server = "apps/server/src";

const allowed: [importer: string, specifier: string][] = [
  ["packages/protocol/src/frames.ts", "./errors.ts"],
  ["packages/protocol/src/frames.ts", "protobufjs/minimal.js"],
  ["packages/sdk/src/client.ts", "@parley/protocol/frames"],
  [`${server}/groups/groups.ts`, "@parley/protocol/errors"],
  [`${server}/groups/groups.ts`, "./store.ts"],
  [`${server}/groups/store.ts`, "../storage/engine.ts"],
  [`${server}/groups/routes.ts`, "../http/route.ts"],
  [`${server}/groups/groups.ts`, "../watching/logger.ts"],
  [`${server}/groups/groups.ts`, "node:crypto"],
  [`${server}/gateway/gateway.ts`, "../delivery/delivery.ts"],
  [`${server}/main.ts`, "./groups/groups.ts"],
  [`${server}/composition/server.ts`, "../groups/groups.ts"],
  ["e2e/start-server.ts", "../apps/server/src/main.ts"],
  ["bench/main.ts", "@parley/server/main"],
];

const refused: [importer: string, specifier: string, why: string][] = [
  [
    "packages/protocol/src/frames.ts",
    "@parley/server/watching/logger",
    "nothing of ours",
  ],
  [
    "packages/protocol/src/a.ts",
    "../../../apps/server/src/watching/logger.ts",
    "nothing",
  ],
  [
    "packages/sdk/src/client.ts",
    "@parley/server/watching/logger",
    "only the protocol",
  ],
  [`${server}/groups/groups.ts`, "../friends/friends.ts", "friends/"],
  [`${server}/groups/groups.ts`, "@parley/server/friends/store", "friends/"],
  [`${server}/groups/groups.ts`, "../main.ts", "main.ts"],
  [`${server}/gateway/gateway.ts`, "../groups/groups.ts", "knows no domain"],
  [`${server}/groups/groups.ts`, "../../../../e2e/start.ts", "does not need"],
];

describe("the import table", () => {
  test.each(allowed)("lets %s import %s", (importer, specifier) => {
    expect(importProblem(importer, specifier)).toBeUndefined();
  });

  test.each(refused)(
    "keeps %s from importing %s",
    (importer, specifier, why) => {
      expect(importProblem(importer, specifier)).toContain(why);
    },
  );
});
