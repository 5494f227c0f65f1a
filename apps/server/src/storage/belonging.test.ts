import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { forEachEngine } from "../../testing/storage/engines.ts";
import { getDatabaseID, readBelonging, WrongDatabase } from "./belonging.ts";
import type { BelongingOptions } from "./belonging.ts";
import { sqliteFile } from "./sqlite.ts";

/** A data folder that goes with the test. */
function folder() {
  const dataFolder = mkdtempSync(path.join(tmpdir(), "parley-belonging-"));
  return {
    dataFolder,
    /** An embedded database lies in it. */
    embed(content = "x") {
      mkdirSync(path.dirname(sqliteFile(dataFolder)), { recursive: true });
      writeFileSync(sqliteFile(dataFolder), content);
    },
    /** A file that a user uploaded lies in it. */
    upload() {
      mkdirSync(path.join(dataFolder, "objects", "a"), { recursive: true });
      writeFileSync(path.join(dataFolder, "objects", "a", "file"), "x");
    },
    mark(kind: string, file = "database.json") {
      const mark = { id: "1", kind, database: "the first" };
      writeFileSync(path.join(dataFolder, file), JSON.stringify(mark));
    },
    read: (more: Partial<BelongingOptions> = {}) =>
      readBelonging({
        ...{ dataFolder, kind: "sqlite", database: "the other" },
        ...{ owner: "server", ...more },
      }),
    [Symbol.dispose]: () => rmSync(dataFolder, { recursive: true }),
  };
}

const postgres = { kind: "postgres" } as const;

test("a new folder takes any database", () => {
  using own = folder();
  own.read();
  own.read(postgres);
});

test("a folder with an embedded database does not begin anew in PostgreSQL", () => {
  using own = folder();
  own.embed();
  own.read();
  expect(() => own.read(postgres)).toThrow("has an embedded database");
  // As a file that was begun and never written it is none.
  own.embed("");
  own.read(postgres);
  own.mark("sqlite");
  expect(() => own.read(postgres)).toThrow(WrongDatabase);
});

test("accounts may have PostgreSQL beside a server's embedded database", () => {
  using own = folder();
  own.embed();
  own.mark("sqlite");
  own.read({ ...postgres, owner: "accounts" });
  own.mark("sqlite", "accounts-database.json");
  expect(() => own.read({ ...postgres, owner: "accounts" })).toThrow(
    "has an embedded database",
  );
});

test("a folder of PostgreSQL does not begin anew without it", () => {
  using own = folder();
  own.mark("postgres");
  expect(() => own.read()).toThrow("is in the database the first");
  own.read(postgres);
});

test.each([
  ["gone", undefined],
  ["empty", ""],
])(
  "a folder whose embedded database is %s does not begin anew",
  (what, content) => {
    using own = folder();
    own.mark("sqlite");
    if (content !== undefined) own.embed(content);
    expect(() => own.read()).toThrow(`is ${what}, and the folder has data`);
  },
);

test("files of users count as data of the database that is gone", () => {
  using own = folder();
  mkdirSync(path.join(own.dataFolder, "objects", "empty"), { recursive: true });
  own.read();
  own.upload();
  expect(() => own.read()).toThrow("is gone, and the folder has data");
});

test("a mark that cannot be read is not taken for none", () => {
  using own = folder();
  own.embed();
  writeFileSync(path.join(own.dataFolder, "database.json"), "{");
  expect(() => own.read()).toThrow("does not say which database");
});

forEachEngine("a folder and its database", (open) => {
  test("belong together from the first start, and to no other", async () => {
    await using storage = await open();
    await using another = await open();
    using own = folder();
    const first = own.read(postgres);
    await first.requireSame(storage.db);
    await first.keep(storage.engine.write);
    const id = await getDatabaseID(storage.db);
    const again = own.read(postgres);
    await again.requireSame(storage.db);
    await again.keep(storage.engine.write);
    expect(await getDatabaseID(storage.db)).toBe(id);
    using third = folder();
    await third.read(postgres).keep(another.engine.write);
    await expect(again.requireSame(another.db)).rejects.toThrow(
      "is not the one that the data folder",
    );
    // Several folders may share a database, which keeps its id.
    using second = folder();
    await second.read(postgres).keep(storage.engine.write);
    expect(await getDatabaseID(storage.db)).toBe(id);
    await second.read(postgres).requireSame(storage.db);
  });
});
