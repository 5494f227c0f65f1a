import { Database } from "bun:sqlite";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, expect, test } from "bun:test";

import { startPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import type { EmbeddedPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";

import { Admin, Client, textOf } from "./client.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";

const main = path.join(import.meta.dirname, "../apps/server/src/main.ts");

let postgres: EmbeddedPostgres;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "parley-migrate-"));
  postgres = await startPostgres();
});
afterAll(async () => {
  await postgres.stop();
  rmSync(folder, { recursive: true });
});

interface Ended {
  code: number | null;
  said: string;
}

/** Runs `parley migrate`; `heard` is called with what it says so far. */
async function migrate(
  dataFolder: string,
  args: readonly string[],
  databaseURL = "",
  heard: (said: string, kill: () => void) => void = () => undefined,
): Promise<Ended> {
  const child = spawn(process.execPath, [main, "migrate", ...args], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      PARLEY_DATA: dataFolder,
      PARLEY_DATABASE_URL: databaseURL,
    },
  });
  let said = "";
  const keep = (chunk: Buffer) => {
    said += chunk.toString();
    heard(said, () => void child.kill("SIGKILL"));
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const code = await new Promise<number | null>((resolve) =>
    child.once("close", resolve),
  );
  return { code, said };
}

const start = (dataFolder: string, databaseURL = ""): Promise<RunningServer> =>
  startServer({
    dataFolder,
    environment: { PARLEY_DATABASE_URL: databaseURL },
  });

let places = 0;

/** Two who talk, and everything that was acknowledged to them. */
async function begin() {
  const dataFolder = path.join(folder, `place-${++places}`);
  let tokens: string[] = [];
  let users: string[] = [];
  const acknowledged: string[] = [];

  /** Says more, and checks that everything is there once, in order, without a gap. */
  async function goOn(databaseURL = "", end: "stop" | "kill" = "stop") {
    const server = await start(dataFolder, databaseURL);
    if (users.length === 0) {
      const admin = await Admin.signIn(server.api);
      users = await admin.users("ann", "bob");
      tokens = await Promise.all(users.map((each) => admin.tokenOf(each)));
    }
    const [ann = "", bob = ""] = users;
    await using speaker = await Client.connect(server.ws, ann, tokens[0]!);
    const from = acknowledged.length;
    const said = await Promise.all(
      Array.from({ length: 100 }, (_, i) => speaker.say(bob, `m${from + i}`)),
    );
    acknowledged.push(...said.map(({ serverMsgID }) => serverMsgID));
    await using reader = await Client.connect(server.ws, bob, tokens[1]!);
    const id = `si_${[ann, bob].sort().join("_")}`;
    const max = (await reader.newestSeqs())[id] ?? 0;
    const found = await reader.pull(id, 1, max);
    expect(found.map(({ seq }) => seq)).toEqual(
      acknowledged.map((_, i) => i + 1),
    );
    expect(found.map(({ serverMsgID }) => serverMsgID).toSorted()).toEqual(
      acknowledged.toSorted(),
    );
    expect(new Set(found.map(textOf)).size).toBe(acknowledged.length);
    await (end === "kill" ? server.kill() : server.stop());
  }

  /** Where the folder says that the data is. */
  const side = (): string =>
    (
      JSON.parse(
        readFileSync(path.join(dataFolder, "database.json"), "utf8"),
      ) as { kind: string }
    ).kind;

  return { dataFolder, goOn, side };
}

test("everything moves to PostgreSQL and back, with what was written meanwhile", async () => {
  const { dataFolder, goOn } = await begin();
  // Killed: its log has messages that no index has yet.
  await goOn("", "kill");
  const url = await postgres.createDatabase();
  const moved = await migrate(dataFolder, ["--to", url]);
  expect(moved.code, moved.said).toBe(0);
  expect(moved.said).toContain("set PARLEY_DATABASE_URL");
  const again = await migrate(dataFolder, ["--to", url]);
  expect(again.said).toContain("was moved to");
  expect(again.code).toBe(0);
  // A start with the old settings does not go on with the old data.
  expect(await refusal(dataFolder)).toContain("PARLEY_DATABASE_URL is not set");
  await goOn(url);

  const back = await migrate(dataFolder, ["--back"], url);
  expect(back.code, back.said).toBe(0);
  expect(await refusal(dataFolder, url)).toContain("embedded database");
  // Nor does another node that has the address.
  expect(await refusal(path.join(folder, "another"), url)).toContain(
    "was moved back into an embedded database",
  );
  await goOn();

  const next = await postgres.createDatabase();
  const third = await migrate(dataFolder, [], next);
  expect(third.code, third.said).toBe(0);
  const file = path.join(dataFolder, "parley.db");
  expect(existsSync(file)).toBe(true);
  expect((await migrate(dataFolder, ["--forget"])).code).toBe(0);
  expect(existsSync(file)).toBe(false);
  await goOn(next);
  // It can go back from there all the same.
  expect(await migrate(dataFolder, ["--back"], next)).toMatchObject({
    code: 0,
  });
  await goOn();
});

/** Returns the line with which a start ends. */
const refusal = (dataFolder: string, databaseURL = ""): Promise<string> =>
  start(dataFolder, databaseURL).then(
    async (server) => {
      await server.kill();
      return "it started";
    },
    (error: Error) => error.message,
  );

test("a move that is killed leaves a server on one side, and goes through when it is run again", async () => {
  const { dataFolder, goOn, side } = await begin();
  await goOn();
  const url = await postgres.createDatabase();
  for (const moment of ["copying", "comparing"]) {
    await migrate(dataFolder, ["--to", url], "", (said, kill) => {
      if (said.includes(moment)) kill();
    });
    // What has no mark of its own must not begin with half of the data.
    if (side() === "sqlite")
      expect(await refusal(path.join(folder, "another"), url)).toContain(
        "did not end",
      );
    await goOn(side() === "sqlite" ? "" : url);
  }
  const moved = await migrate(dataFolder, ["--to", url]);
  expect(moved.code, moved.said).toBe(0);
  expect(moved.said).toMatch(/it begins anew|was moved to/);
  for (const moment of ["copying", "comparing"]) {
    await migrate(dataFolder, ["--back"], url, (said, kill) => {
      if (said.includes(moment)) kill();
    });
    await goOn(side() === "sqlite" ? "" : url);
  }
  const back = await migrate(dataFolder, ["--back"], url);
  expect(back.code, back.said).toBe(0);
  expect(side()).toBe("sqlite");
  await goOn();
});

test("a move back that was killed before PostgreSQL knew of it is finished by the next", async () => {
  const { dataFolder, goOn } = await begin();
  await goOn();
  const url = await postgres.createDatabase();
  expect((await migrate(dataFolder, ["--to", url])).code).toBe(0);
  expect((await migrate(dataFolder, ["--back"], url)).code).toBe(0);
  const { default: pg } = await import("pg");
  const client = new pg.Client(url);
  await client.connect();
  await client.query("delete from meta where key = 'moved_to'");
  await client.end();
  expect(await migrate(dataFolder, ["--back"], url)).toMatchObject({ code: 0 });
  expect(await refusal(path.join(folder, "another"), url)).toContain(
    "was moved back into an embedded database",
  );
});

test("PostgreSQL that is killed amid a move leaves the server where it was", async () => {
  const { dataFolder, goOn, side } = await begin();
  await goOn();
  const url = await postgres.createDatabase();
  let ended: Promise<void> | undefined;
  const failed = await migrate(dataFolder, ["--to", url], "", (said) => {
    if (said.includes("copying")) ended ??= postgres.end("SIGKILL");
  });
  // One that runs would keep a second start waiting for ever.
  expect(ended, failed.said).toBeDefined();
  await ended;
  await postgres.start();
  if (failed.code !== 0) expect(side()).toBe("sqlite");
  await goOn(side() === "sqlite" ? "" : url);
  expect(await migrate(dataFolder, ["--to", url])).toMatchObject({ code: 0 });
  await goOn(url);
});

test("what cannot be moved is refused with what to do, and nothing changes", async () => {
  const { dataFolder, goOn, side } = await begin();
  await goOn();
  const url = await postgres.createDatabase();
  const used = await postgres.createDatabase();
  const theirs = await begin();
  await theirs.goOn(used);
  const foreign = await postgres.createDatabase();
  const { default: pg } = await import("pg");
  const client = new pg.Client(foreign);
  await client.connect();
  await client.query("create table theirs (id int)");
  await client.end();
  for (const [args, said] of [
    [[], "name the PostgreSQL to move to"],
    [["--to", "mysql://there/x"], "write postgres://"],
    [["--to", "postgres://127.0.0.1:1/x"], "cannot reach the database"],
    [["--to", used], "is not empty"],
    [["--to", foreign], "is not empty"],
    [["--back"], "name the database that the server uses"],
    [["--back", "--forget"], "exclude each other"],
    [["--forget"], "is not deleted"],
  ] as const) {
    const refused = await migrate(dataFolder, args);
    expect(refused.said).toContain(said);
    expect(refused.code).not.toBe(0);
  }
  const none = await migrate(path.join(folder, "none"), ["--to", url]);
  expect(none.said).toContain("there is no database in");

  {
    const server = await start(dataFolder);
    const busy = await migrate(dataFolder, ["--to", url]);
    expect(busy.said).toContain("in use by another Parley: stop that one");
    expect(busy.code).not.toBe(0);
    await server.stop();
  }

  const file = path.join(dataFolder, "parley.db");
  const edit = (text: string) => {
    const database = new Database(file);
    database.run(text);
    database.close();
  };
  edit(
    "update meta set value = value || ' 999-of-tomorrow' where key = 'migrations'",
  );
  const newer = await migrate(dataFolder, ["--to", url]);
  expect(newer.said).toContain("written by a newer Parley");
  edit(
    "update meta set value = replace(value, ' 999-of-tomorrow', '') where key = 'migrations'",
  );
  expect(side()).toBe("sqlite");
  await goOn();
  expect(await migrate(dataFolder, ["--to", url])).toMatchObject({ code: 0 });
});
