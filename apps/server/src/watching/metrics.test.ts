import { afterAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import path from "node:path";

import { errors } from "@parley/protocol/errors";
import { UserInfo } from "@parley/protocol/generated/sdkws";
import { method, nothing, signedIn } from "@parley/protocol/method";
import { pino } from "pino";

import { requireToken } from "../http/actor.ts";
import { createIntake } from "../http/intake.ts";
import { route } from "../http/route.ts";
import { serveAPI } from "../http/server.ts";
import { createMetrics } from "./metrics.ts";

interface Family {
  name: string;
  type: string;
  labels: string[];
}

const recording = path.join(
  import.meta.dirname,
  "../../../../e2e/recorded/data/metrics.json",
);

/** Series that an OpenIM exposed, all that its boards use among them. */
const families = (
  JSON.parse(readFileSync(recording, "utf8")) as { families: Family[] }
).families.filter(
  ({ name }) =>
    // Series of its language runtime.
    !name.startsWith("go_") &&
    // Only Linux tells them.
    (process.platform === "linux" ||
      !/^process_(max_fds|open_fds|virtual_memory)/.test(name)),
);

const metrics = createMetrics({
  onlineUsers: () => 7,
  connections: () => 9,
  unmerged: () => 0,
  version: "1.2.3",
});
const Known = method("/user/known", UserInfo, nothing, {
  access: signedIn,
  kind: "read",
  words: ["Knows a user"],
});
const api = serveAPI(
  { hostname: "127.0.0.1", port: 0, maxBodyBytes: 1_024 },
  {
    routes: [
      route(Known, {
        handle: async (_call, { userID }) => {
          if (userID === "nobody") throw errors.userIDNotFound();
        },
      }),
    ],
    pages: [{ path: "/object/*name", answer: () => new Response("page") }],
    identify: async (token) => ({
      userID: requireToken(token),
      platformID: 1,
      isAdmin: false,
    }),
    addressOf: (remote) => remote,
    neighborhoodOf: () => undefined,
    intake: createIntake({ totalBytes: 2 ** 26, elapsed: () => 0 }),
    metrics,
    logger: pino({ level: "silent" }),
  },
);
afterAll(() => api.close());

const ask = (path: string, options: RequestInit = {}) =>
  fetch(`http://127.0.0.1:${api.port}${path}`, options);
const post = (path: string, headers: Record<string, string>, body = "{}") =>
  ask(path, { method: "POST", headers, body });
const known = { operationID: "op", token: "t" };

/** Lines of values, by name and labels. */
const series = async (): Promise<Map<string, number>> =>
  new Map(
    (await metrics.render())
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => {
        const space = line.lastIndexOf(" ");
        return [line.slice(0, space), Number(line.slice(space + 1))];
      }),
  );

test("every family that OpenIM was recorded with is there, with its type and labels", async () => {
  await post("/user/known", known);
  const text = await metrics.render();
  expect(families.length).toBeGreaterThan(20);
  for (const { name, type, labels } of families) {
    expect(text).toContain(`# TYPE ${name} ${type}\n`);
    const line = text
      .split("\n")
      .find(
        (each) => each.startsWith(`${name} `) || each.startsWith(`${name}{`),
      );
    const found = [...(line ?? "").matchAll(/(\w+)="/g)].map(([, key]) => key);
    expect([name, ...found.sort()]).toEqual([name, ...labels]);
    expect(line).toMatch(/ [\d.e+]+$/);
  }
});

test("counters hold what was counted, however often they are read", async () => {
  metrics.messageAccepted(1);
  metrics.messageAccepted(1);
  metrics.messageAccepted(3);
  metrics.messageRefused(3);
  metrics.messagesStored(3, Date.now());
  metrics.storingFailed();
  metrics.usersRegistered(1_000);
  await series();

  const values = await series();
  expect(values.get("single_chat_msg_process_success_total")).toBe(2);
  expect(values.get("group_chat_msg_process_success_total")).toBe(1);
  expect(values.get("group_chat_msg_process_failed_total")).toBe(1);
  expect(values.get("msg_insert_redis_success_total")).toBe(3);
  expect(values.get("msg_insert_mongo_success_total")).toBe(3);
  expect(values.get("msg_insert_mongo_failed_total")).toBe(1);
  expect(values.get("seq_set_failed_total")).toBe(1);
  expect(values.get("user_register_total")).toBe(1_000);
  expect(values.get("online_user_num")).toBe(7);
});

test("answers are counted by route, errCode and status", async () => {
  await post("/user/known", known, '{"userID":"nobody"}');
  await post("/user/unknown", known);
  await post("/user/unknown", { operationID: "op" });
  await ask("/user/known", { method: "OPTIONS" });
  await ask("/object/a/b");

  const values = await series();
  const counted = (name: string, labels: string) =>
    values.get(`${name}{${labels}}`) ?? 0;
  expect(
    counted("api_count", 'path="/user/known",method="POST",code="1101"'),
  ).toBe(1);
  expect(counted("api_count", 'path="",method="POST",code="1001"')).toBe(1);
  expect(counted("http_count", 'path="",method="POST",status="200"')).toBe(1);
  expect(counted("http_count", 'path="<404>",method="POST",status="404"')).toBe(
    1,
  );
  expect(counted("http_count", 'path="",method="OPTIONS",status="200"')).toBe(
    1,
  );
  expect(
    counted("http_count", 'path="/object/*name",method="GET",status="200"'),
  ).toBe(1);
});

test("a storm of paths nobody knows adds no series", async () => {
  const storm = async (round: number) => {
    for (let i = 0; i < 20; i++) {
      const path = `/${round}/random-${i}`;
      await ask(path);
      await ask(`/object${path}`);
      await ask(`/object${path}/`);
      await ask(path, { method: "OPTIONS" });
      await ask(path, { method: "DELETE" });
      await post(path, known);
      await post(`${path}/`, known);
      await post(path, {});
      await post(`/user/known/${path}`, known);
    }
  };
  await storm(1);
  const before = (await series()).size;
  await storm(2);
  expect((await series()).size).toBe(before);
});
