import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { domains, importProblem, machinery } from "./import-table.mjs";

const server = "apps/server/src";

const allowed: [importer: string, specifier: string, isType?: boolean][] = [
  ["packages/protocol/src/frames.ts", "./errors.ts"],
  ["packages/protocol/src/frames.ts", "protobufjs/minimal.js"],
  ["packages/sdk/src/client.ts", "@parley/protocol/frames"],
  [`${server}/groups/groups.ts`, "@parley/protocol/errors"],
  [`${server}/groups/groups.ts`, "./store.ts"],
  [`${server}/groups/store.ts`, "../storage/engine.ts"],
  [`${server}/groups/routes.ts`, "../http/route.ts"],
  [`${server}/groups/groups.ts`, "../watching/logger.ts"],
  [`${server}/groups/groups.ts`, "node:crypto"],
  [`${server}/delivery/delivery.ts`, "../gateway/sessions.ts"],
  [`${server}/groups/rules.ts`, "../users/users.ts", true],
  [`${server}/groups/groups.ts`, "../version.ts"],
  [`${server}/new-feature/a.ts`, "../groups/groups.ts", true],
  [`${server}/new-feature/a.ts`, "../storage/engine.ts"],
  [`${server}/main.ts`, "./groups/groups.ts"],
  [`${server}/composition/server.ts`, "../groups/groups.ts"],
  ["apps/server/testing/groups/groups.ts", "../../src/groups/feature.ts"],
  ["apps/server/testing/groups/groups.ts", "../storage/engines.ts"],
  ["e2e/start-server.ts", "../apps/server/src/main.ts"],
  ["bench/main.ts", "@parley/server/main"],
];

const refused: [
  importer: string,
  specifier: string,
  why: string,
  isType?: boolean,
][] = [
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
  [`${server}/groups/a.ts`, "../../testing/groups/groups.ts", "kits", true],
  [`${server}/storage/a.ts`, "../../testing/storage/engines.ts", "kits"],
  [`${server}/composition/a.ts`, "@parley/server/testing/a/b.ts", "kits"],
  [`${server}/main.ts`, "../testing/storage/engines.ts", "kits"],
  [`${server}/groups/groups.ts`, "../friends/friends.ts", "friends/"],
  [`${server}/groups/groups.ts`, "@parley/server/friends/store", "friends/"],
  [`${server}/groups/groups.ts`, "../main.ts", "main.ts"],
  [`${server}/gateway/gateway.ts`, "../groups/groups.ts", "knows no domain"],
  [`${server}/gateway/a.ts`, "../groups/groups.ts", "knows no domain", true],
  [`${server}/gateway/gateway.ts`, "../delivery/delivery.ts", "stands above"],
  [`${server}/http/server.ts`, "../delivery/delivery.ts", "above", true],
  [`${server}/users/users.ts`, "../groups/groups.ts", "stands above", true],
  [`${server}/storage/engine.ts`, "../composition/im.ts", "composition/"],
  [`${server}/storage/engine.ts`, "../composition/im.ts", "puts the", true],
  [`${server}/storage/engine.ts`, "../main.ts", "main.ts"],
  [`${server}/new-feature/a.ts`, "../groups/groups.ts", "only types"],
  [`${server}/new-feature/a.ts`, "../other-new/a.ts", "stands above", true],
  [`${server}/groups/groups.ts`, "../new-feature/a.ts", "stands above", true],
  [`${server}/storage/engine.ts`, "../new-feature/a.ts", "no domain", true],
  [`${server}/groups/groups.ts`, "../../../../e2e/start.ts", "does not need"],
];

describe("the import table", () => {
  test.each(allowed)(
    "lets %s import %s",
    (importer, specifier, ...[isType]) => {
      expect(importProblem(importer, specifier, isType)).toBeUndefined();
    },
  );

  test.each(refused)(
    "keeps %s from importing %s",
    (importer, specifier, why, ...[isType]) => {
      expect(importProblem(importer, specifier, isType)).toContain(why);
    },
  );

  test("lists no folder that there is not", () => {
    const folders = readdirSync(join(import.meta.dirname, "..", server), {
      withFileTypes: true,
    })
      .filter((each) => each.isDirectory() && each.name !== "composition")
      .map(({ name }) => name);
    expect(
      [...machinery, ...domains].filter((each) => !folders.includes(each)),
    ).toEqual([]);
  });

  test("stands in ARCHITECTURE.md as well", () => {
    const page = readFileSync(
      join(import.meta.dirname, "../ARCHITECTURE.md"),
      "utf8",
    );
    const section = /^## Folders\n([^]*?)^## /m.exec(page)?.[1] ?? "";
    const named = section.split(/^- /m).flatMap((item) => {
      const [names = ""] = /^(?:`[\w-]+`[,:]?\s+)+/.exec(item) ?? [];
      return [...names.matchAll(/`([\w-]+)`/g)].map(([, name]) => name);
    });
    expect(named).toEqual([...machinery, ...domains]);
  });
});
