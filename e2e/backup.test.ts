import { Database } from "bun:sqlite";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { startPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import type { EmbeddedPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  CompleteFormData,
  InitiateFormData,
} from "@parley/protocol/methods/objects";
import type { Method } from "@parley/protocol/method";

import { Admin, Client, textOf } from "./client.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";

const main = path.join(import.meta.dirname, "../apps/server/src/main.ts");

let folder: string;
let postgres: EmbeddedPostgres;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "parley-backup-"));
  postgres = await startPostgres();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await postgres.stop();
});

interface Place {
  dataFolder: string;
  databaseURL?: string;
}

/** Runs the program; answers what it said and how it ended. */
async function parley(
  { dataFolder, databaseURL = "" }: Place,
  ...args: string[]
): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      PARLEY_DATA: dataFolder,
      PARLEY_DATABASE_URL: databaseURL,
    },
  });
  let said = "";
  const keep = (chunk: Buffer) => (said += chunk.toString());
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const code = await new Promise<number | null>((resolve) =>
    child.once("close", resolve),
  );
  return { code, said };
}

let places = 0;
const newPlace = (): string => path.join(folder, `place-${++places}`);

const settings = (databaseURL: string) => ({
  environment: { PARLEY_DATABASE_URL: databaseURL },
});

/** Two who talk, one of whom has uploaded a file. */
interface Story {
  ann: string;
  bob: string;
  tokens: string[];
  /** Acknowledged ids by text. */
  said: Map<string, string>;
  upload: { name: string; bytes: string };
}

async function begin(server: RunningServer): Promise<Story> {
  const admin = await Admin.signIn(server.api);
  const [ann = "", bob = ""] = await admin.users("ann", "bob");
  const tokens = [await admin.tokenOf(ann), await admin.tokenOf(bob)];
  const bytes = `what ${ann} keeps`;
  const name = `${ann}/note.txt`;
  const form = await post<{
    id: string;
    url: string;
    file: string;
    formData: Record<string, string>;
  }>(server, InitiateFormData, tokens[0]!, {
    name,
    size: bytes.length,
    contentType: "text/plain",
    group: "",
    millisecond: 86_400_000,
    absolute: false,
  });
  const body = new FormData();
  for (const [key, value] of Object.entries(form.formData))
    body.append(key, value);
  body.append(form.file, new Blob([bytes]), "note.txt");
  const sent = await fetch(form.url, { method: "POST", body });
  expect(sent.status).toBeLessThan(300);
  await post(server, CompleteFormData, tokens[0]!, { id: form.id });
  return { ann, bob, tokens, said: new Map(), upload: { name, bytes } };
}

async function post<Data>(
  { api }: RunningServer,
  { path }: Pick<Method, "path">,
  token: string,
  body: object,
): Promise<Data> {
  const response = await fetch(api + path, {
    method: "POST",
    headers: { operationID: "op", token },
    body: JSON.stringify(body),
  });
  const { errCode, errDlt, data } = (await response.json()) as {
    errCode: number;
    errDlt: string;
    data: Data;
  };
  if (errCode !== 0) throw new Error(`${path}: ${errCode} ${errDlt}`);
  return data;
}

async function say(
  client: Client,
  story: Story,
  from: number,
  count: number,
): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const text = `m${from + i}`;
      const { serverMsgID } = await client.say(story.bob, text);
      story.said.set(text, serverMsgID);
    }),
  );
}

/** Reads the receiver's messages and read position. */
async function read(server: RunningServer, story: Story) {
  const { ann, bob, tokens, upload } = story;
  await using client = await Client.connect(server.ws, bob, tokens[1]!);
  const id = `si_${[ann, bob].sort().join("_")}`;
  const max = (await client.newestSeqs())[id] ?? 0;
  const messages = await client.pull(id, 1, max);
  const object = await fetch(`${server.api}/object/${encodeURI(upload.name)}`);
  expect(await object.text()).toBe(upload.bytes);
  return messages.map((message) => ({
    seq: message.seq,
    text: textOf(message),
    serverMsgID: message.serverMsgID,
  }));
}

const engines = [
  ["the embedded database", () => Promise.resolve("")],
  ["PostgreSQL", () => postgres.createDatabase()],
] as const;

describe.each(engines)("a backup of %s", (_name, createDatabase) => {
  test("taken while the server works has all that was acknowledged before it", async () => {
    const databaseURL = await createDatabase();
    const place = { dataFolder: newPlace(), databaseURL };
    await using server = await startServer({
      dataFolder: place.dataFolder,
      ...settings(databaseURL),
    });
    const story = await begin(server);
    const { ann, tokens } = story;
    const speaker = await Client.connect(server.ws, ann, tokens[0]!);
    for (let from = 0; from < 300; from += 100)
      await say(speaker, story, from, 100);
    const before = new Map(story.said);

    const target = newPlace();
    let isDone = false;
    const backup = parley(place, "backup", target).finally(
      () => (isDone = true),
    );
    for (let from = 300; !isDone; from += 20)
      await say(speaker, story, from, 20);
    const { code, said } = await backup;
    expect(code, said).toBe(0);
    expect(said).toContain("1 objects");
    expect(await parley(place, "verify")).toMatchObject({ code: 0 });
    await speaker[Symbol.asyncDispose]();
    const live = await read(server, story);
    expect(await server.stop()).toBe(0);

    // A backup is a data folder; and it can go into either database.
    for (const restoredURL of ["", await postgres.createDatabase()]) {
      const restored = { dataFolder: newPlace(), databaseURL: restoredURL };
      const outcome = await parley(restored, "restore", target);
      expect(outcome.code, outcome.said).toBe(0);
      const checked = await parley(restored, "verify");
      expect(checked.code, checked.said).toBe(0);
      expect(checked.said).toContain("all in their places");
      await using again = await startServer({
        dataFolder: restored.dataFolder,
        ...settings(restoredURL),
      });
      const readable = await read(again, story);
      expect(readable).toEqual(live.slice(0, readable.length));
      const texts = new Map(
        readable.map(({ text, serverMsgID }) => [text, serverMsgID]),
      );
      for (const [text, serverMsgID] of before)
        expect(texts.get(text)).toBe(serverMsgID);
      // And life goes on: new rows, new seqs, no resend stored twice.
      const admin = await Admin.signIn(again.api);
      await admin.users("cid");
      await using client = await Client.connect(again.ws, ann, tokens[0]!);
      await say(client, story, 1_000_000, 1);
      expect((await read(again, story)).at(-1)).toMatchObject({
        seq: readable.length + 1,
        text: "m1000000",
      });
    }
  });
});

describe("verify", () => {
  const damages: [what: string, sql: string, said: string][] = [
    [
      "a message that is gone",
      "delete from message_log where seq = 7",
      "1 seqs from 1 to 20 are missing",
    ],
    [
      "messages that are gone at the end",
      "delete from message_log where seq > 18",
      "ends at 18, not at 20",
    ],
    [
      "a message in another's place",
      "update message_log set data = (select data from message_log where seq = 3) where seq = 4",
      "says seq 3, not 4",
    ],
    [
      "a message that is none",
      "update message_log set data = x'ff' where seq = 5",
      "cannot be read",
    ],
    [
      "a message that is not found by its seq",
      "delete from message_index where seq = 9",
      "1 messages are not found by their seq",
    ],
    [
      "a message that would be stored twice",
      "delete from message_keys where position = 2",
      "1 messages would be stored again",
    ],
    [
      "somebody who read ahead",
      "update user_seqs set read_seq = 99",
      "beyond its end",
    ],
    [
      "a list that lost its version",
      "delete from versions where kind = 'conversations'",
      "has changes that it does not know",
    ],
  ];

  test("finds each kind of damage, and says where", async () => {
    const dataFolder = newPlace();
    const server = await startServer({ dataFolder });
    const story = await begin(server);
    const client = await Client.connect(server.ws, story.ann, story.tokens[0]!);
    await say(client, story, 0, 20);
    await client[Symbol.asyncDispose]();
    await server.stop();
    const place = { dataFolder };
    const whole = await parley(place, "verify");
    expect(whole.said).toContain(
      "20 messages of 1 conversations and 1 objects",
    );
    expect(whole.code, whole.said).toBe(0);

    const file = path.join(dataFolder, "parley.db");
    for (const [what, sql, said] of damages) {
      const database = new Database(file);
      const kept = database.serialize();
      database.run(sql);
      database.close();
      const found = await parley(place, "verify");
      expect(found.said, what).toContain(said);
      expect(found.code, what).toBe(1);
      for (const end of ["-wal", "-shm"]) rmSync(file + end, { force: true });
      await Bun.write(file, kept);
    }

    const objects = new Bun.Glob("objects/**/*").scanSync(dataFolder);
    unlinkSync(path.join(dataFolder, [...objects][0] ?? ""));
    const found = await parley(place, "verify");
    expect(found.said).toContain("is missing");
    expect(found.code).toBe(1);
  });
});

describe("what is refused", () => {
  test("names what is wrong and leaves everything as it was", async () => {
    const dataFolder = newPlace();
    const server = await startServer({ dataFolder });
    await begin(server);
    await server.stop();
    const place = { dataFolder };
    const target = newPlace();
    expect((await parley(place, "backup", target)).code).toBe(0);

    for (const [of, args, said] of [
      [place, ["backup", target], "is there already"],
      [
        { dataFolder: newPlace() },
        ["backup", newPlace()],
        "there is no database",
      ],
      [place, ["restore", target], "is not empty"],
      [{ dataFolder: newPlace() }, ["restore", folder], "is not a backup"],
      [{ dataFolder: newPlace() }, ["restore"], "FOLDER is missing"],
      [place, ["backup", "/dev/null/x"], "cannot make the folder /dev/null/x"],
      [
        place,
        ["back"],
        "no command 'back' (did you mean backup?); the commands are accounts, backup, restore, verify",
      ],
      [{ dataFolder: newPlace() }, ["verify"], "there is no database"],
    ] as const) {
      const outcome = await parley(of, ...args);
      expect(outcome.said, args.join(" ")).toContain(said);
      expect(outcome.code).toBeGreaterThan(0);
    }

    // A database with data in it takes no other's.
    const databaseURL = await postgres.createDatabase();
    const first = { dataFolder: newPlace(), databaseURL };
    expect((await parley(first, "restore", target)).code).toBe(0);
    const second = { dataFolder: newPlace(), databaseURL };
    const outcome = await parley(second, "restore", target);
    expect(outcome.said).toContain("has data already");
    expect(existsSync(second.dataFolder)).toBe(false);

    // Nor does anything come of a backup that was changed.
    const database = new Database(path.join(target, "parley.db"));
    database.run("update users set nickname = 'other'");
    database.close();
    const third = { dataFolder: newPlace() };
    const changed = await parley(third, "restore", target);
    expect(changed.said).toContain("its checksum differs");
    expect(existsSync(third.dataFolder)).toBe(false);
  });
});

test("a restored copy was taken for the database that it is a copy of", async () => {
  const first = {
    dataFolder: newPlace(),
    databaseURL: await postgres.createDatabase(),
  };
  const start = (databaseURL: string) =>
    startServer({
      dataFolder: first.dataFolder,
      ...settings(databaseURL),
    });
  await (await start(first.databaseURL)).stop();
  const backup = newPlace();
  expect(await parley(first, "backup", backup)).toMatchObject({ code: 0 });
  const copy = {
    dataFolder: newPlace(),
    databaseURL: await postgres.createDatabase(),
  };
  expect(await parley(copy, "restore", backup)).toMatchObject({ code: 0 });
  const refusal = await start(copy.databaseURL).then(
    () => "it started",
    (error: Error) => error.message,
  );
  expect(refusal).toContain("is not the one that the data folder");

  const embedded = { dataFolder: newPlace() };
  expect(await parley(embedded, "restore", backup)).toMatchObject({ code: 0 });
  using database = new Database(path.join(embedded.dataFolder, "parley.db"));
  const known = database.query("select value from meta where key = ?");
  expect(known.all("database_id")).toEqual([]);
});
