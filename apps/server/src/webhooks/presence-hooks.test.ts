import { beforeEach, expect, test } from "bun:test";

import type { Session } from "../gateway/sessions.ts";
import { createPresenceHooks } from "./presence-hooks.ts";
import {
  noTransaction,
  testWebhooks,
} from "../../testing/webhooks/webhooks.ts";

let now: number;
let connected: Session[];

beforeEach(() => {
  now = 1_000;
  connected = [];
});

const session = (platformID: number, isBackground = false) =>
  ({ userID: "ann", platformID, isBackground }) as Session;

function setUp() {
  const { webhooks, heard } = testWebhooks({
    afterUserOnline: {},
    afterUserOffline: {},
  });
  const hooks = createPresenceHooks(
    webhooks,
    { of: () => connected },
    {
      // As soon as it is asked for.
      transact: (work) => work(noTransaction),
      failed(error) {
        throw error;
      },
      now: () => now,
    },
  );
  if (!hooks) throw new Error("the hooks are on");
  const told = () =>
    heard.splice(0).map(({ name, body }) => [name, body["platformID"]]);
  return { hooks, told, heard };
}

test("a change tells all connected platforms, once for several changes", () => {
  const { hooks, told } = setUp();
  connected = [session(5), session(1)];
  hooks.changed("ann");
  hooks.changed("ann");
  hooks.tick();
  expect(told()).toEqual([
    ["afterUserOnline", 5],
    ["afterUserOnline", 1],
  ]);
  hooks.tick();
  expect(told()).toEqual([]);
});

test("the last connection of a platform tells that it is gone", () => {
  const { hooks, told } = setUp();
  connected = [session(5)];
  hooks.closed(session(5));
  expect(told()).toEqual([]);
  connected = [];
  hooks.closed(session(5));
  expect(told()).toEqual([["afterUserOffline", 5]]);
});

test("who stays is told again after ten minutes", () => {
  const { hooks, told } = setUp();
  connected = [session(5)];
  hooks.changed("ann");
  hooks.tick();
  told();
  now += 599_999;
  hooks.tick();
  expect(told()).toEqual([]);
  now += 1;
  hooks.tick();
  expect(told()).toEqual([["afterUserOnline", 5]]);
  connected = [];
  now += 600_000;
  hooks.tick();
  expect(told()).toEqual([]);
});

test("an app is in the background when none of its connections is not", () => {
  const { hooks, heard } = setUp();
  connected = [session(1, true), session(2, true), session(2)];
  hooks.changed("ann");
  hooks.tick();
  expect(heard.map(({ body }) => body["isAppBackground"])).toEqual([
    true,
    false,
  ]);
});
