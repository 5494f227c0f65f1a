import { expect, test } from "bun:test";

import type { Session } from "../gateway/sessions.ts";
import { createCarry } from "./carry.ts";
import type { CarryDeps } from "./carry.ts";
import { PushFailed } from "./providers/provider.ts";
import type {
  Device,
  DeviceProvider,
  PushText,
  Unsent,
  UserProvider,
} from "./providers/provider.ts";
import { text } from "../../testing/push/providers/texts.ts";
import type { PushToken } from "./tokens.ts";

/** Takes Androids, and remembers whom it was given. */
function deviceProvider(
  answer: (devices: readonly Device[]) => Promise<Unsent[]> = () =>
    Promise.resolve([]),
) {
  const given: Device[] = [];
  const provider: DeviceProvider = {
    name: "fcm",
    takes: ({ platformID }) => platformID === 2,
    sparesConnected: false,
    hasBadges: true,
    pushToDevices(_, devices) {
      given.push(...devices);
      return answer(devices);
    },
  };
  return { given, provider };
}

function userProvider() {
  const given: string[] = [];
  const provider: UserProvider = {
    name: "getui",
    pushToUsers(_, userIDs) {
      given.push(...userIDs);
      return Promise.resolve([]);
    },
  };
  return { given, provider };
}

const android = (userID: string): PushToken => ({
  userID,
  platformID: 2,
  token: `t:${userID}`,
});

function carryWith(
  providers: CarryDeps["providers"],
  tokens: PushToken[],
  online: Record<string, number> = {},
) {
  const badges = new Map([["bob", 6]]);
  const forgotten: PushToken[] = [];
  const reasons: unknown[] = [];
  const sent: unknown[] = [];
  const failures: string[] = [];
  const carry = createCarry({
    providers,
    tokens: {
      list: (userIDs) =>
        Promise.resolve(tokens.filter((each) => userIDs.includes(each.userID))),
      forget(token) {
        forgotten.push(token);
        return Promise.resolve();
      },
    },
    badges: {
      list: () => Promise.resolve(badges),
      raise(userIDs) {
        for (const userID of userIDs)
          badges.set(userID, (badges.get(userID) ?? 0) + 1);
        return Promise.resolve(badges);
      },
    },
    sessions: {
      of: (userID) =>
        online[userID] === undefined
          ? []
          : [{ platformID: online[userID], isBackground: false } as Session],
    },
    sent: (...what) => sent.push(what),
    failed: (_, detail) => failures.push(detail),
  });
  return {
    forgotten,
    reasons,
    sent,
    failures,
    badges,
    carry: (userIDs: string[], more: Partial<PushText> = {}) =>
      carry({ ...text, ...more }, userIDs, (...what) => {
        // Nobody is no reason.
        if (what[1].length > 0) reasons.push(what);
      }),
  };
}

test("devices get it by their tokens, users by their ids, side by side", async () => {
  const fcm = deviceProvider();
  const getui = userProvider();
  const { carry, sent, reasons } = carryWith(
    [fcm.provider, getui.provider],
    [android("bob"), { ...android("bob"), platformID: 1 }],
  );
  await carry(["bob", "cid"]);
  expect(fcm.given).toEqual([{ ...android("bob"), badge: 6 }]);
  expect(getui.given).toEqual(["bob", "cid"]);
  expect(sent).toEqual(
    expect.arrayContaining([
      ["fcm", 1],
      ["getui", 2],
    ]),
  );
  expect(reasons).toEqual([]);
});

test("who has no token of a provider that is on is named", async () => {
  const { provider } = deviceProvider();
  const { carry, reasons } = carryWith([provider], [android("bob")]);
  await carry(["bob", "cid", "dan"]);
  expect(reasons).toEqual([["noToken", ["cid", "dan"]]]);
});

test("without any provider nobody is said to have no token", async () => {
  const { carry, reasons } = carryWith([], []);
  await carry(["bob"]);
  expect(reasons).toEqual([]);
});

test("the badge is what it was, or 1, and goes up where the message says so", async () => {
  const { given, provider } = deviceProvider();
  const { carry } = carryWith([provider], [android("bob"), android("cid")]);
  await carry(["bob", "cid"]);
  await carry(["bob", "cid"], { raisesBadge: true });
  await carry(["bob", "cid"], { raisesBadge: true });
  expect(given.map(({ badge }) => badge)).toEqual([6, 1, 7, 1, 8, 2]);
});

test("a negative number that an app said is no badge", async () => {
  const { given, provider } = deviceProvider();
  const { carry, badges } = carryWith([provider], [android("bob")]);
  badges.set("bob", -1);
  await carry(["bob"]);
  expect(given[0]!.badge).toBe(0);
});

test("a device that has the message by its connection is spared by who may", async () => {
  const { given, provider } = deviceProvider();
  const { given: all, provider: sparing } = deviceProvider();
  const tokens = [android("bob"), android("cid")];
  const { carry } = carryWith(
    [provider, { ...sparing, sparesConnected: true }],
    tokens,
    { bob: 2 },
  );
  await carry(["bob", "cid"]);
  expect(given.map(({ userID }) => userID)).toEqual(["bob", "cid"]);
  expect(all.map(({ userID }) => userID)).toEqual(["cid"]);
});

test("reasons are told by what the provider said, tokens of no use forgotten", async () => {
  const { provider } = deviceProvider((devices) =>
    Promise.resolve([
      { userIDs: ["bob"], detail: "gone", goneToken: devices[0]! },
      { userIDs: ["cid"], detail: "HTTP 503" },
      { userIDs: ["dan"], detail: "HTTP 503" },
    ]),
  );
  const { carry, reasons, forgotten, sent, failures } = carryWith(
    [provider],
    ["bob", "cid", "dan", "eve"].map(android),
  );
  await carry(["bob", "cid", "dan", "eve"]);
  expect(reasons).toEqual([
    ["tokenGone", ["bob"], { provider: "fcm", detail: "gone" }],
    ["providerError", ["cid", "dan"], { provider: "fcm", detail: "HTTP 503" }],
  ]);
  expect(forgotten).toMatchObject([android("bob")]);
  expect(sent).toEqual([["fcm", 1]]);
  expect(failures).toEqual(["gone", "HTTP 503", "HTTP 503"]);
});

test("a provider that fails for all keeps the others from nothing", async () => {
  const { provider } = deviceProvider(() =>
    Promise.reject(new PushFailed("no account")),
  );
  const getui = userProvider();
  const { carry, reasons } = carryWith(
    [provider, getui.provider],
    [android("bob")],
  );
  await carry(["bob"]);
  expect(getui.given).toEqual(["bob"]);
  expect(reasons).toEqual([
    ["providerError", ["bob"], { provider: "fcm", detail: "no account" }],
  ]);
});
