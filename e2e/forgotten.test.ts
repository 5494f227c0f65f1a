import { afterAll, beforeAll, describe, expect, spyOn, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import * as data from "@parley/server/src/composition/data.ts";
import { startServer } from "@parley/server/src/composition/server.ts";
import { loadConfig } from "@parley/server/src/config/load.ts";
import { startPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import type { EmbeddedPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import { createLogger } from "@parley/server/src/watching/logger.ts";

import { sendExample, stories, storyEnvironment } from "./story.ts";
import type { Addresses, Answers } from "./story.ts";

// Every example of every route, in order. Before each, the server remembers all
// that it can remember of who and what there is, and of who is still to come; after
// each, what it remembers is compared with the database.

interface Subject extends Addresses, AsyncDisposable {
  engine: data.Data["engine"];
  caches: data.Data["caches"];
}

/** Ids that memories are keyed by. */
type IDs = Record<
  "users" | "groups" | "conversations" | "tokens" | "objects",
  Set<string>
>;

/** Starts a server in this process, so that its memory can be looked into. */
async function start(databaseURL: string): Promise<Subject> {
  const dataFolder = mkdtempSync(path.join(tmpdir(), "parley-forgotten-"));
  const opening = spyOn(data, "openData");
  const config = await loadConfig({
    file: undefined,
    environment: {
      PARLEY_DATA: dataFolder,
      PARLEY_DATABASE_URL: databaseURL,
      PARLEY_LISTEN: "127.0.0.1",
      PARLEY_API_PORT: "0",
      PARLEY_WS_PORT: "0",
      PARLEY_ACCOUNTS_PORT: "0",
      PARLEY_ACCOUNTS_ADMIN_PORT: "0",
      PARLEY_AGENTS_PORT: "0",
      PARLEY_LOAD_SHEDDING_ENABLE: "false",
      ...storyEnvironment,
    },
  });
  const server = await startServer(config, createLogger("silent"), () =>
    Promise.resolve(),
  );
  const { engine, caches } = (await opening.mock.results[0]!
    .value) as data.Data;
  opening.mockRestore();
  const { chat } = server;
  const at = (port: number | undefined) => `http://127.0.0.1:${port}`;
  return {
    api: at(server.apiPort),
    chat: at(chat?.port),
    chatAdmin: at(chat?.adminPort),
    agents: at(chat?.agents?.port),
    engine,
    caches,
    async [Symbol.asyncDispose]() {
      await server.close();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

async function addIDs({ engine: { read: db } }: Subject, ids: IDs) {
  const users = await db.selectFrom("users").select("user_id as id").execute();
  const groups = await db
    .selectFrom("groups")
    .select("group_id as id")
    .execute();
  const heads = await db
    .selectFrom("message_heads")
    .select("conversation_id as id")
    .execute();
  const rows = await db
    .selectFrom("conversations")
    .select("conversation_id as id")
    .distinct()
    .execute();
  const tokens = await db.selectFrom("tokens").select("token as id").execute();
  const objects = await db.selectFrom("objects").select("name as id").execute();
  for (const { id } of users) ids.users.add(id);
  for (const { id } of groups) ids.groups.add(id);
  for (const { id } of [...heads, ...rows]) ids.conversations.add(id);
  for (const { id } of tokens) ids.tokens.add(id);
  for (const { id } of objects) ids.objects.add(id);
}

const pairs = (some: Set<string>, others: Set<string>): string[] =>
  [...some].flatMap((one) => [...others].map((other) => `${one}\0${other}`));

/** Keys of each memory. A new memory gets its line here. */
const keysOf: Readonly<Record<string, (ids: IDs) => Iterable<string>>> = {
  users: ({ users }) => users,
  departing: ({ users }) => users,
  agents: ({ users }) => users,
  blacklists: ({ users }) => users,
  friends: ({ users }) => pairs(users, users),
  tokens: ({ tokens }) => tokens,
  objects: ({ objects }) => objects,
  groups: ({ groups }) => groups,
  "member-ids": ({ groups }) => groups,
  "missing-group-rows": ({ groups }) => groups,
  members: ({ groups, users }) => pairs(groups, users),
  bounds: ({ users, conversations }) => pairs(users, conversations),
  "conversation-rows": ({ users, conversations }) =>
    pairs(users, conversations),
  "quiet-heads": ({ conversations }) => conversations,
  "head-bounds": ({ conversations }) => conversations,
};

async function recallAll({ caches }: Subject, ids: IDs): Promise<void> {
  for (const { name, recall } of caches.list())
    await Promise.all([...keysOf[name]!(ids)].map(recall));
}

/** Returns cached values that differ from the database. */
async function listUntrue({ caches }: Subject): Promise<string[]> {
  const untrue: string[] = [];
  for (const { name, keys, isTrue } of caches.list()) {
    const known = [...keys()];
    const answers = await Promise.all(known.map(isTrue));
    for (const [at, key] of known.entries())
      if (!answers[at]) untrue.push(`${name}: ${key.replaceAll("\0", " ")}`);
  }
  return untrue;
}

/**
 * A change may be on its way: it is in the database a moment before it is
 * forgotten. What stays untrue was forgotten by nobody.
 */
async function findForgotten(subject: Subject): Promise<string[]> {
  let untrue = await listUntrue(subject);
  for (let looks = 0; untrue.length > 0 && looks < 20; looks++)
    untrue = await listUntrue(subject);
  return untrue;
}

/** Examples that end the server: then nothing is remembered. */
const isRestart = (route: string): boolean =>
  route.startsWith("/config/") || route === "/restart";

async function tell(
  name: string,
  databaseURL: string,
  ids: IDs,
  check: boolean,
): Promise<string[]> {
  await using subject = await start(databaseURL);
  const { api, examples, tokenOf } = await stories[name]!(subject);
  const answers: Answers = new Map();
  const faults: string[] = [];
  for (const example of examples) {
    if (isRestart(example.path)) continue;
    await addIDs(subject, ids);
    if (check) await recallAll(subject, ids);
    await sendExample(api, example, tokenOf(answers), answers);
    if (!check) continue;
    for (const fault of await findForgotten(subject))
      faults.push(`${example.path} left ${fault}`);
    if (faults.length > 0) break;
  }
  return faults;
}

let postgres: EmbeddedPostgres;
beforeAll(async () => void (postgres = await startPostgres()));
afterAll(() => postgres.stop());

describe.each(["SQLite", "PostgreSQL"])("over %s", (engine) => {
  const createDatabase = () =>
    engine === "SQLite" ? Promise.resolve("") : postgres.createDatabase();

  test.each(Object.keys(stories))(
    "%s: no write forgets to forget",
    async (name) => {
      const ids: IDs = {
        users: new Set(),
        groups: new Set(),
        conversations: new Set(),
        tokens: new Set(),
        objects: new Set(),
      };
      // The first time shows who will come.
      await tell(name, await createDatabase(), ids, false);
      expect(await tell(name, await createDatabase(), ids, true)).toEqual([]);
    },
  );
});
