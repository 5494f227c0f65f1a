import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import {
  echo,
  startTestEndpoint,
} from "@parley/server/testing/agents/endpoint.ts";
import { startTestProvider } from "@parley/server/testing/push/providers/provider.ts";
import { startPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import type { EmbeddedPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { connect, createBot, pairOf } from "./agents/bots.ts";
import { Admin, textOf } from "./client.ts";
import type { Client } from "./client.ts";
import { fcmEnvironment } from "./push/fcm-account.ts";
import { connect as connectFrom, explain, say } from "./push/people.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";

// The server is killed between a commit and what follows from it.

let postgres: EmbeddedPostgres;
beforeAll(async () => (postgres = await startPostgres()));
afterAll(() => postgres.stop());

interface Told {
  command: string;
  id: string | null;
  body: Record<string, unknown>;
}

/** Somebody who is told by webhooks, and gives no answer while `isStuck`. */
function startReceiver() {
  const told: Told[] = [];
  const waiters: { count: number; resolve: () => void }[] = [];
  const receiver = {
    told,
    isStuck: false,
    hooks: (...names: string[]): Record<string, string> => ({
      PARLEY_WEBHOOKS_URL: `http://127.0.0.1:${server.port}/hooks`,
      PARLEY_WEBHOOKS_HOOKS: JSON.stringify(
        Object.fromEntries(
          names.map((name) => [name, { enable: true, timeout: 15 }]),
        ),
      ),
    }),
    until: (count: number) =>
      new Promise<void>((resolve) => {
        if (told.length >= count) return resolve();
        waiters.push({ count, resolve });
      }),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      told.push({
        command: path.basename(new URL(request.url).pathname),
        id: request.headers.get("x-parley-event-id"),
        body: (await request.json()) as Told["body"],
      });
      for (const { count, resolve } of waiters)
        if (told.length >= count) resolve();
      if (receiver.isStuck) await new Promise(() => undefined);
      return Response.json({});
    },
  });
  return receiver;
}

const textsOf = (told: readonly Told[]): string[] =>
  told.map(
    ({ body }) =>
      (JSON.parse(String(body["content"])) as { content: string }).content,
  );

describe.each(["sqlite", "postgres"])("%s", (engine) => {
  async function start(environment: Record<string, string>) {
    const databaseURL =
      engine === "postgres" ? await postgres.createDatabase() : undefined;
    const server = await startServer({
      environment: {
        ...environment,
        ...(databaseURL !== undefined && { PARLEY_DATABASE_URL: databaseURL }),
      },
    });
    return {
      server,
      admin: await Admin.signIn(server.api),
      [Symbol.asyncDispose]: server[Symbol.asyncDispose],
    };
  }

  async function people(
    server: RunningServer,
    admin: Admin,
    ...names: string[]
  ): Promise<Client[]> {
    const users = await admin.users(...names);
    return Promise.all(users.map((userID) => connect(server, admin, userID)));
  }

  test("after hooks of messages were lost by a kill, and come in their order with the same ids", async () => {
    await using receiver = startReceiver();
    await using running = await start(
      receiver.hooks("afterSendSingleMsg", "afterMsgSaveDB"),
    );
    const { server, admin } = running;
    const [ann, bob] = await people(server, admin, "ann", "bob");
    if (!ann || !bob) throw new Error("there are two");
    receiver.isStuck = true;
    for (const text of ["one", "two", "three"]) await ann.say(bob.userID, text);
    await receiver.until(1);
    await server.kill();
    const before = receiver.told.splice(0);
    receiver.isStuck = false;
    await server.start();
    await receiver.until(6);
    const of = (command: string) =>
      receiver.told.filter((each) => each.command === command);
    for (const command of [
      "callbackAfterSendSingleMsgCommand",
      "callbackAfterMsgSaveDBCommand",
    ])
      expect(textsOf(of(command))).toEqual(["one", "two", "three"]);
    expect(new Set(receiver.told.map(({ id }) => id)).size).toBe(6);
    expect(receiver.told[0]).toEqual(before[0] as Told);
  });

  test("after hooks of changes were lost by a kill", async () => {
    await using receiver = startReceiver();
    await using running = await start(
      receiver.hooks(
        "afterUserRegister",
        "afterAddFriend",
        "afterCreateGroup",
        "afterQuitGroup",
      ),
    );
    const { server, admin } = running;
    receiver.isStuck = true;
    const [ann = "", bob = ""] = await admin.users("ann", "bob");
    await admin.post("/friend/add_friend", {
      fromUserID: ann,
      toUserID: bob,
      reqMsg: "hello",
    });
    const { groupInfo } = await admin.post<{ groupInfo: { groupID: string } }>(
      "/group/create_group",
      {
        ownerUserID: ann,
        memberUserIDs: [bob],
        groupInfo: { groupName: "g", groupType: 2 },
      },
    );
    const { groupID } = groupInfo;
    await admin.post("/group/quit_group", { groupID, userID: bob });
    await receiver.until(1);
    await server.kill();
    receiver.told.length = 0;
    receiver.isStuck = false;
    await server.start();
    await receiver.until(4);
    const commands = receiver.told.map(({ command }) => command);
    expect(commands.toSorted()).toEqual([
      "callbackAfterAddFriendCommand",
      "callbackAfterCreateGroupCommand",
      "callbackAfterQuitGroupCommand",
      "callbackAfterUserRegisterCommand",
    ]);
    expect(
      receiver.told.filter(({ body }) => body["groupID"] === groupID),
    ).toMatchObject([
      { command: "callbackAfterCreateGroupCommand" },
      { command: "callbackAfterQuitGroupCommand", body: { userID: bob } },
    ]);
  });

  test("an offline push was lost by a kill, and goes out after the start", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "parley-follow-ups-"));
    let isStuck = false;
    await using provider = startTestProvider(async ({ path }) => {
      if (path === "/token")
        return { json: { access_token: "bearer", expires_in: 3600 } };
      if (isStuck) await new Promise(() => undefined);
      return { json: { name: "projects/p/messages/1" } };
    });
    await using running = await start(fcmEnvironment(folder, provider));
    const { server, admin } = running;
    const [ann = "", bob = "", cid = ""] = await admin.users(
      "ann",
      "bob",
      "cid",
    );
    for (const account of [bob, cid])
      await admin.post("/third/fcm_update_token", {
        account,
        platformID: 2,
        fcmToken: `android:${account}`,
        expireTime: 0,
      });
    /** The devices that the next so many pushes go to. */
    const take = async (count: number): Promise<string[]> => {
      const tokens: string[] = [];
      while (tokens.length < count)
        for (const { path, body } of await provider.take(1))
          if (path !== "/token")
            tokens.push((body as { message: { token: string } }).message.token);
      return tokens;
    };
    await using sender = await connect(server, admin, ann);
    // This one is done, and not repeated.
    await say(sender, { recvID: cid });
    expect(await take(1)).toEqual([`android:${cid}`]);
    const isDone = async () =>
      /parley_offline_push_sent_total\{provider="fcm"\} 1/.test(
        await (await fetch(`${server.api}/metrics`)).text(),
      );
    while (!(await isDone())) await Bun.sleep(20);
    isStuck = true;
    await say(sender, { recvID: bob });
    expect(await take(1)).toEqual([`android:${bob}`]);
    // A user with a connected phone gets no push after the start, either.
    await using phone = await connectFrom(server, admin, cid, 2);
    await say(sender, { recvID: cid });
    await phone.until(() => phone.heard().length === 1);
    await server.kill();
    isStuck = false;
    await server.start();
    expect(await take(1)).toEqual([`android:${bob}`]);
    // New rows run after those of the earlier process.
    const back = await Admin.signIn(server.api);
    await using again = await connect(server, back, ann);
    await say(again, { recvID: cid });
    expect(await take(1)).toEqual([`android:${cid}`]);
    expect(provider.heard).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  test("a push to a provider that is away is tried again", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "parley-follow-ups-"));
    let isAway = true;
    await using provider = startTestProvider(({ path }) =>
      path === "/token"
        ? { json: { access_token: "bearer", expires_in: 3600 } }
        : isAway
          ? { status: 503 }
          : { json: { name: "projects/p/messages/1" } },
    );
    await using running = await start(fcmEnvironment(folder, provider));
    const { server, admin } = running;
    const [ann = "", bob = ""] = await admin.users("ann", "bob");
    await admin.post("/third/fcm_update_token", {
      account: bob,
      platformID: 2,
      fcmToken: `android:${bob}`,
      expireTime: 0,
    });
    await using sender = await connect(server, admin, ann);
    const id = await say(sender, { recvID: bob });
    expect((await explain(admin, id)).unsent).toMatchObject([
      { reason: "providerError", provider: "fcm", userIDs: [bob] },
    ]);
    isAway = false;
    // Nor does a kill meanwhile forget it.
    await server.kill();
    await server.start();
    const sent = () =>
      provider.heard.filter(({ path }) => path !== "/token").length;
    while (sent() < 2) await Bun.sleep(50);
    rmSync(folder, { recursive: true });
  });

  test("a question to a bot was lost by a kill, and is answered once", async () => {
    await using endpoint = await startTestEndpoint();
    await using running = await start({});
    const { server, admin } = running;
    const bot = await createBot(server, { url: endpoint.url });
    const [ann] = await people(server, admin, "ann");
    if (!ann) throw new Error("there is one");
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    endpoint.behaviour = () => resolve();
    await ann.say(bot, "why?");
    await asked;
    await server.kill();
    endpoint.behaviour = echo;
    await server.start();
    const back = await Admin.signIn(server.api);
    await using again = await connect(server, back, ann.userID);
    const pair = pairOf(ann.userID, bot);
    const until = async (reader: Client, count: number) => {
      for (;;) {
        const texts = (await reader.pull(pair, 1, 99)).map(textOf);
        if (texts.length >= count) return texts;
        await Bun.sleep(20);
      }
    };
    await until(again, 2);
    // Killed when it was just said, and perhaps not yet noted that it was.
    await again.say(bot, "really?");
    await until(again, 4);
    await server.kill();
    await server.start();
    const third = await Admin.signIn(server.api);
    await using last = await connect(server, third, ann.userID);
    await last.say(bot, "and?");
    expect(await until(last, 6)).toEqual([
      "why?",
      "You said: why?",
      "really?",
      "You said: really?",
      "and?",
      "You said: and?",
    ]);
  });
});

test("an answer that a backend sends twice with one clientMsgID is there once", async () => {
  await using server = await startServer();
  const admin = await Admin.signIn(server.api);
  const [ann = "", bob = ""] = await admin.users("ann", "bob");
  const message = {
    sendID: ann,
    recvID: bob,
    content: { content: "once" },
    contentType: 101,
    sessionType: 1,
  };
  const send = (clientMsgID: string) =>
    admin.post<{ serverMsgID: string; clientMsgID: string }>("/msg/send_msg", {
      ...message,
      clientMsgID,
    });
  const first = await send("answer-1");
  expect(first.clientMsgID).toBe("answer-1");
  expect(await send("answer-1")).toEqual(first);
  const other = await send("");
  expect(other.serverMsgID).not.toBe(first.serverMsgID);
  await using reader = await connect(server, admin, bob);
  expect((await reader.pull(pairOf(ann, bob), 1, 9)).map(textOf)).toEqual([
    "once",
    "once",
  ]);
});

test("messages that nobody wants to hear of leave nothing behind, and no lease", async () => {
  await using server = await startServer();
  const admin = await Admin.signIn(server.api);
  const users = await admin.users("ann", "bob");
  const [ann, bob] = await Promise.all(
    users.map((userID) => connect(server, admin, userID)),
  );
  if (!ann || !bob) throw new Error("there are two");
  for (const text of ["one", "two"]) await ann.say(bob.userID, text);
  await bob.until(() => bob.heard().length === 2);
  expect(await server.stop()).toBe(0);
  const database = new Database(path.join(server.dataFolder, "parley.db"));
  const count = (sql: string) =>
    database.query<{ n: number }, []>(sql).get()?.n ?? -1;
  // Numbered without a gap, so that none was there in between either.
  expect([
    count("select count(*) n from follow_ups"),
    count("select count(*) n from leases"),
    count("select count(*) n from sqlite_sequence where name = 'follow_ups'"),
  ]).toEqual([0, 0, 0]);
  database.close();
});
