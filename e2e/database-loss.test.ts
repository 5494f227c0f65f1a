import { afterAll, beforeAll, expect, test } from "bun:test";
import { once } from "node:events";

import { startPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import type { EmbeddedPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";

import { LostDatabase } from "@parley/server/src/storage/lost-database.ts";
import { createReading } from "@parley/server/src/storage/postgres-reading.ts";
import { migrations } from "@parley/server/src/composition/migrations.ts";
import { openStorage } from "@parley/server/src/storage/open.ts";
import pg from "pg";
import { SendMsg } from "@parley/protocol/methods/messages";
import { UserRegister } from "@parley/protocol/methods/users";

import { Admin, Client, RequestError } from "./client.ts";
import { startDatabaseProxy } from "./database-proxy.ts";
import type { DatabaseProxy } from "./database-proxy.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";
import {
  countdown,
  createPairs,
  sayAllAgain,
  speak,
  verifyPair,
} from "./speaking.ts";
import type { Pair } from "./speaking.ts";

const databaseError = 90002;

let postgres: EmbeddedPostgres;

beforeAll(async () => {
  postgres = await startPostgres();
  // Limits do not hold for a superuser.
  await postgres.run("create role app login");
  await postgres.run("grant pg_monitor to app");
});

afterAll(() => postgres.stop());

interface Scene extends AsyncDisposable {
  server: RunningServer;
  proxy: DatabaseProxy;
  database: string;
  pairs: Pair[];
  /** Resolves after so many further acknowledgements. */
  acks(count: number): Promise<void>;
  /** They stop speaking. */
  quiet(): Promise<void>;
  logged(text: string, times?: number): Promise<void>;
  /**
   * Resolves with the next acknowledgement after the database was back so often. What was
   * in doubt is decided before that is said, so the server answers it in its next turns.
   */
  decided(times: number): Promise<void>;
  /** Waits until a change is refused; all who speak may wait for one commit. */
  refusesChanges(): Promise<void>;
  /** Waits until /readyz says no, and answers why. */
  notReady(): Promise<string>;
}

async function createScene(): Promise<Scene> {
  const url = new URL(await postgres.createDatabase());
  const database = url.pathname.slice(1);
  await postgres.run(`alter database ${database} owner to app`);
  const proxy = await startDatabaseProxy(postgres.socket);
  const server = await startServer({
    environment: {
      PARLEY_DATABASE_URL: `postgres://app@127.0.0.1:${proxy.port}/${database}`,
    },
  });
  const admin = await Admin.signIn(server.api);
  const pairs = await createPairs(server, 4);
  let isEnough = false;
  let acks = countdown(0);
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => undefined); // nobody may be waiting
  server.process.once("exit", (code) => fail(new Error(`it ended: ${code}`)));
  const unlessFailed = <T>(what: Promise<T>): Promise<T> =>
    Promise.race([what, failed]);
  let refusedInRow = 0;
  let wasReadyBefore = false;
  /** A server that refuses all for good would be waited for without an end. */
  async function requireTruth(): Promise<void> {
    const { status } = await fetch(`${server.api}/readyz`);
    const isReady = status === 200 && refusedInRow > 0;
    if (isReady && wasReadyBefore)
      fail(new Error("it says that it is ready, and refuses all"));
    wasReadyBefore = isReady;
  }
  const spoken = new Set<Pair>();
  const begun = Promise.withResolvers<void>();
  const speaking = pairs.map((pair) =>
    speak(server, pair, {
      acknowledged() {
        if (spoken.add(pair).size === pairs.length) begun.resolve();
        refusedInRow = 0;
        wasReadyBefore = false;
        acks.step();
      },
      refused() {
        if (++refusedInRow % 500 === 0) requireTruth().catch(fail);
      },
      isEnough: () => isEnough,
      window: 1,
    }),
  );
  const quiet = async (): Promise<void> => {
    isEnough = true;
    await Promise.all(speaking);
  };
  async function logged(text: string, times = 1): Promise<void> {
    while (server.logs().split(text).length <= times)
      await unlessFailed(once(server.process.stdout!, "data"));
  }
  // A slow machine connects some long after others.
  await unlessFailed(begun.promise);
  return {
    server,
    proxy,
    database,
    pairs,
    acks: (count) => unlessFailed((acks = countdown(count)).reached),
    quiet,
    logged,
    async decided(times) {
      let isAcked = false;
      const acked = unlessFailed((acks = countdown(1)).reached).then(
        () => (isAcked = true),
      );
      await logged("the database is back", times);
      for (let turns = 0; turns < 300 && !isAcked; turns++)
        await fetch(`${server.api}/readyz`);
      if (!isAcked) throw new Error("what was in doubt was never answered");
      await acked;
    },
    async refusesChanges() {
      for (let i = 0; ; i++)
        try {
          const users = [{ userID: `late${i}`, nickname: "Late" }];
          await unlessFailed(admin.post(UserRegister, { users }));
        } catch (error) {
          if (error instanceof RequestError && error.code === databaseError)
            return;
          throw error;
        }
    },
    async notReady() {
      for (;;) {
        const answer = await fetch(`${server.api}/readyz`);
        if (answer.status === 503) return answer.text();
      }
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await quiet();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

/** The writer is who holds the lock of one process per database. */
const backends = (database: string, which: string): string =>
  `from pg_stat_activity a where datname = '${database}' and pid <> pg_backend_pid()
   and ${which}`;
const isWriter =
  "exists (select 1 from pg_locks l where l.pid = a.pid and l.locktype = 'advisory')";

async function terminate(scene: Scene, which: string): Promise<number> {
  const ended = await postgres.run(
    `select pg_terminate_backend(pid) ${backends(scene.database, which)}`,
  );
  return ended.length;
}

/** Waits until changes are refused, after which the database may return. */
async function untilRefused(scene: Scene): Promise<void> {
  await scene.refusesChanges();
  expect(await scene.notReady()).toStartWith("the database does not answer");
}

/** Ways to lose the database while everybody speaks. */
const losses: Record<string, (scene: Scene) => Promise<void>> = {
  async "kill -9 of the postmaster"(scene) {
    await postgres.end("SIGKILL");
    await untilRefused(scene);
    await postgres.start();
  },
  async "a fast restart"() {
    await postgres.end("SIGINT");
    await postgres.start();
  },
  async "an immediate restart"(scene) {
    await postgres.end("SIGQUIT");
    await untilRefused(scene);
    await postgres.start();
  },
  async "the end of the writer's backend"(scene) {
    expect(await terminate(scene, isWriter)).toBe(1);
  },
  async "the end of all backends, again and again"(scene) {
    for (let round = 0; round < 5; round++) {
      expect(await terminate(scene, "true")).toBeGreaterThan(0);
      await scene.acks(50);
    }
  },
  async "the end of a backend amid its transaction"(scene) {
    const amid = `${isWriter} and state <> 'idle'`;
    while ((await terminate(scene, amid)) === 0);
  },
  async "the end of those that read"(scene) {
    for (let round = 0; round < 5; round++) {
      await terminate(scene, `not ${isWriter}`);
      await scene.acks(50);
    }
    for (const pair of scene.pairs) expect(pair.refused.size).toBe(0);
  },
  async "a reset of its connections"(scene) {
    scene.proxy.reset();
    await scene.logged("the database is back");
  },
  async "the loss of the answer to a commit"(scene) {
    for (let round = 0; round < 5; round++) {
      await scene.proxy.cutAtCommit("before its answer");
      await scene.decided(round + 1);
      await scene.acks(50);
    }
    // It was made, and so said.
    for (const pair of scene.pairs) expect(pair.refused.size).toBe(0);
  },
  async "the loss of the answer to a commit, and of the database for a while"(
    scene,
  ) {
    await scene.proxy.cutAtCommit("before its answer");
    await scene.proxy.refuse();
    await untilRefused(scene);
    await scene.proxy.behave();
    await scene.decided(1);
  },
  async "the loss of a commit"(scene) {
    for (let round = 0; round < 5; round++) {
      await scene.proxy.cutAtCommit("before it");
      await scene.acks(50);
    }
  },
  async "connections that are refused for a while"(scene) {
    await scene.proxy.refuse();
    await untilRefused(scene);
    await scene.proxy.behave();
    await scene.logged("the database is back");
    // However often it was tried.
    expect(scene.server.logs().split("the database is lost")).toHaveLength(2);
  },
  async "a database that is starting up for a while"(scene) {
    await scene.proxy.answer("57P03", "the database system is starting up");
    await untilRefused(scene);
    expect(await scene.notReady()).toContain("starting up");
    await scene.proxy.behave();
  },
  async "a database that has no connection left"(scene) {
    await postgres.run("alter role app connection limit 0");
    await terminate(scene, "true");
    await untilRefused(scene);
    await postgres.run("alter role app connection limit -1");
  },
  async "a connection that went silent"(scene) {
    scene.proxy.beSilent();
    await untilRefused(scene);
    await scene.proxy.behave();
  },
  async "backends that hang"(scene) {
    const { pids = [] } = (
      await postgres.run(
        `select array_agg(pid) as pids ${backends(scene.database, "true")}`,
      )
    )[0] as { pids?: number[] };
    for (const pid of pids) process.kill(pid, "SIGSTOP");
    await untilRefused(scene);
    for (const pid of pids) process.kill(pid, "SIGCONT");
  },
};

for (const [name, lose] of Object.entries(losses))
  test(`${name} ends no server, loses nothing, doubles nothing and is told as it was`, async () => {
    await using scene = await createScene();
    const { server, pairs } = scene;
    await scene.acks(100);
    await lose(scene);
    await scene.acks(100);
    await scene.quiet();
    expect(server.process.exitCode).toBeNull();
    while ((await fetch(`${server.api}/readyz`)).status !== 200);
    for (const pair of pairs) {
      expect(
        [...pair.refused.keys()].filter((c) => c !== databaseError),
      ).toEqual([]);
      // Verifies from memory …
      await verifyPair(server, pair);
    }
    await server.kill();
    await server.start();
    for (const pair of pairs) {
      // … so it is in the database.
      await verifyPair(server, pair);
      await sayAllAgain(server, pair);
    }
  });

/** Changes that make the server's caches wrong while it is disconnected. */
const takeovers: Record<string, (database: string) => Promise<() => unknown>> =
  {
    async "another Parley has the database now"(database) {
      const other = new pg.Client({
        connectionString: postgres.urlOf(database),
      });
      await other.connect();
      await other.query("select pg_advisory_lock(7275395)");
      return () => other.end();
    },
    async "another Parley wrote to it meanwhile"(database) {
      const url = postgres.urlOf(database);
      const other = await openStorage({
        dataFolder: "",
        databaseURL: url,
        migrations,
        warn: console.warn,
      });
      await other.losses?.takePossession();
      await other.close();
      return () => undefined;
    },
    async "it is another database of that name"(database) {
      await postgres.run(`drop database ${database} with (force)`);
      await postgres.run(`create database ${database} owner app`);
      return () => undefined;
    },
  };

for (const [name, takeOver] of Object.entries(takeovers))
  test(`a server that lost its database ends with 75 when ${name}`, async () => {
    await using scene = await createScene();
    const { server, proxy } = scene;
    await scene.acks(50);
    const exited = once(server.process, "exit");
    await proxy.refuse();
    await scene.notReady();
    const end = await takeOver(scene.database);
    await proxy.behave();
    const wentOn = scene.logged("the database is back").then(
      () => "it went on",
      () => exited,
    );
    expect(await Promise.race([exited, wentOn])).toEqual([75, null]);
    expect(server.logs()).toContain(
      "the database lacks acknowledged changes or is a different one",
    );
    await end();
  });

test("a server whose database is gone ends with 0 when it is told to", async () => {
  await using scene = await createScene();
  await scene.acks(50);
  await scene.proxy.cutAtCommit("before its answer");
  await scene.proxy.refuse();
  await untilRefused(scene);
  expect(await scene.server.stop()).toBe(0);
  await scene.quiet();
  await scene.proxy.behave();
  await scene.server.start();
  for (const pair of scene.pairs) {
    // Callers in doubt were told that nobody knew.
    pair.denied.clear();
    await verifyPair(scene.server, pair);
  }
});

test("a database that hangs while nobody speaks makes the server not ready, and refuses the first who does", async () => {
  await using scene = await createScene();
  await scene.acks(50);
  await scene.quiet();
  const { sender, receiver, tokens } = scene.pairs[0]!;
  await using client = await Client.connect(
    scene.server.ws,
    sender,
    tokens.sender,
  );
  scene.proxy.beSilent();
  expect(await scene.notReady()).toContain("no answer for 2 s");
  expect(await client.say(receiver, "hello?").catch(String)).toContain(
    `${databaseError} DatabaseError`,
  );
  await scene.proxy.behave();
  await scene.logged("the database is back");
  expect(scene.server.logs().split("the database is lost").length).toBe(2);
});

test("a message that reads its receiver from a database that hangs was refused when clients had given up", async () => {
  await using scene = await createScene();
  await scene.acks(50);
  await scene.quiet();
  const { sender } = scene.pairs[0]!;
  const admin = await Admin.signIn(scene.server.api);
  scene.proxy.beSilent();
  // Nobody asked for that one yet, so it is in no cache. A read that is no part of a change
  // fails with another reason, and much later.
  const said = admin.post(SendMsg, {
    sendID: sender,
    recvID: "somebody-new",
    content: { content: "hello?" },
    contentType: 101,
    sessionType: 1,
  });
  expect(await said.catch(String)).toContain(
    `${databaseError} DatabaseError nothing was changed`,
  );
  await scene.proxy.behave();
  await scene.logged("the database is back");
});

test("reads of a change fail with the changes, and others wait on", async () => {
  const url = new URL(await postgres.createDatabase());
  await using proxy = await startDatabaseProxy(postgres.socket);
  const state: { refusal?: Error } = {};
  const reading = createReading({
    url: `postgres://parley@127.0.0.1:${proxy.port}${url.pathname}`,
    isInTrouble: () => false,
    isUnproven: () => false,
    refusal: () => state.refusal,
  });
  const ask = () => reading.query("select 1 as one");
  expect(await reading.asChange(ask)).toMatchObject({ rows: [{ one: 1 }] });
  proxy.beSilent();
  // On the connection there is, and on one that cannot be had.
  const ofChanges = Array.from({ length: 12 }, () =>
    reading.asChange(() => ask()).then(String, (error: unknown) => error),
  );
  const alone = ask();
  const refusal = (state.refusal = new LostDatabase("changes are refused"));
  expect(new Set(await Promise.all(ofChanges))).toEqual(new Set([refusal]));
  expect(await Promise.race([alone, Promise.resolve("waits")])).toBe("waits");
  await proxy.behave();
  expect(await alone).toMatchObject({ rows: [{ one: 1 }] });
  await reading.close();
});

test("reads were answered from whatever database was there before it was known to be the same", async () => {
  const url = new URL(await postgres.createDatabase());
  await using proxy = await startDatabaseProxy(postgres.socket);
  const state = { isUnproven: false };
  const reading = createReading({
    url: `postgres://parley@127.0.0.1:${proxy.port}${url.pathname}`,
    isInTrouble: () => false,
    isUnproven: () => state.isUnproven,
    refusal: () => undefined,
  });
  const ask = () => reading.query("select 1 as one");
  await ask();
  state.isUnproven = true;
  // A connection from before is to the same database as ever.
  expect(await ask()).toMatchObject({ rows: [{ one: 1 }] });
  proxy.reset();
  expect(await ask().catch((error: unknown) => error)).toBeInstanceOf(
    LostDatabase,
  );
  state.isUnproven = false;
  expect(await ask()).toMatchObject({ rows: [{ one: 1 }] });
  await reading.close();
});

test("a start waits for a database that is not there yet, and says so", async () => {
  const url = new URL(await postgres.createDatabase());
  await using proxy = await startDatabaseProxy(postgres.socket);
  const asked = proxy.answer("57P03", "the database system is starting up");
  const starting = startServer({
    environment: {
      PARLEY_DATABASE_URL: `postgres://parley@127.0.0.1:${proxy.port}${url.pathname}`,
    },
  });
  await Promise.race([asked, starting]);
  await proxy.behave();
  await using server = await starting;
  expect(server.logs()).toContain(
    `waiting up to 60 s for the database postgres://parley@127.0.0.1:${proxy.port}${url.pathname}: the database system is starting up`,
  );
});

test("a start without its database ends with the sentence that says which, once it waited", async () => {
  const proxy = await startDatabaseProxy(postgres.socket);
  await proxy.refuse();
  const failed = await startServer({
    environment: {
      PARLEY_DATABASE_URL: `postgres://parley:geheim@127.0.0.1:${proxy.port}/nowhere`,
      PARLEY_DATABASE_WAIT_SECONDS: "1",
    },
  }).then(() => "it started", String);
  expect(failed).toContain(
    `waiting up to 1 s for the database postgres://parley@127.0.0.1:${proxy.port}/nowhere`,
  );
  expect(failed).toContain(
    `parley: cannot start: cannot reach the database postgres://parley@127.0.0.1:${proxy.port}/nowhere: check that it runs`,
  );
  expect(failed).not.toContain("geheim");
});
