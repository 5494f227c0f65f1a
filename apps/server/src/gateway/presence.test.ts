import { errors } from "@parley/protocol/errors";
import { SubUserOnlineStatus } from "@parley/protocol/generated/sdkws";
import { expect, test } from "bun:test";

import { createPresence } from "./presence.ts";
import type { Session } from "./sessions.ts";
import { wireFormat } from "./wire-format.ts";

const session = {
  id: "s1",
  userID: "ann",
  wire: wireFormat("", false),
} as Session;
const names = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => `u${from + i}`);

async function subscribe(
  presence: ReturnType<typeof createPresence>,
  wanted: Partial<SubUserOnlineStatus>,
  watcher = session,
): Promise<unknown> {
  try {
    const data = SubUserOnlineStatus.encode(wanted);
    await (
      await presence.subscribe.answer({
        session: watcher,
        operationID: "op",
        data,
      })
    ).data;
    return null;
  } catch (error) {
    return (error as { code?: number }).code;
  }
}

test("a connection watches 10,000 users and not one more until it lets one go", async () => {
  const presence = createPresence(() => []);
  const all = { subscribeUserID: names(10_000) };
  expect(await subscribe(presence, all)).toBeNull();
  // Watching a user twice takes no more room.
  expect(await subscribe(presence, all)).toBeNull();
  const more = { subscribeUserID: ["bob"] };
  expect(await subscribe(presence, more)).toBe(errors.args().code);
  await subscribe(presence, { unsubscribeUserID: ["u7"] });
  expect(await subscribe(presence, more)).toBeNull();
});

test("a name that nobody can have is not kept", async () => {
  const presence = createPresence(() => []);
  const long = { subscribeUserID: ["u".repeat(129)] };
  expect(await subscribe(presence, long)).toBe(errors.args().code);
});

test("naming one user again and again makes no answer larger than a client takes", async () => {
  const presence = createPresence(() => [1, 2, 5]);
  const again = { subscribeUserID: Array<string>(10_001).fill("u") };
  expect(await subscribe(presence, again)).toBe(errors.args().code);
});

test("many connections of one user watch no more than 100,000 together", async () => {
  const presence = createPresence(() => []);
  const all = { subscribeUserID: names(10_000) };
  const connections = Array.from({ length: 10 }, (_, i) => ({
    ...session,
    id: `s${i}`,
  }));
  for (const each of connections)
    expect(await subscribe(presence, all, each)).toBeNull();
  const one = { subscribeUserID: ["bob"] };
  const args = errors.args().code;
  expect(await subscribe(presence, one, { ...session })).toBe(args);
  const other = { ...session, userID: "cid" };
  expect(await subscribe(presence, one, other)).toBeNull();
  presence.forget(connections[0]!);
  expect(await subscribe(presence, one, { ...session })).toBeNull();
});

test("a refused subscription ended others that the same request gave up", async () => {
  const presence = createPresence(() => []);
  const told: unknown[] = [];
  const watcher: Session = { ...session, send: (frame) => told.push(frame) };
  const ask = (wanted: Partial<SubUserOnlineStatus>) =>
    subscribe(presence, wanted, watcher);
  expect(await ask({ subscribeUserID: names(10_000) })).toBeNull();
  const swap = (more: string[]) =>
    ask({ unsubscribeUserID: ["u7"], subscribeUserID: more });
  expect(await swap(["bob", "cid"])).toBe(errors.args().code);
  presence.changed("u7", [1]);
  expect(told).toHaveLength(1);
  expect(await swap(["bob"])).toBeNull();
  presence.changed("u7", [1]);
  expect(told).toHaveLength(1);
  presence.changed("bob", [1]);
  expect(told).toHaveLength(2);
});
