import { expect, test } from "bun:test";

import { GroupInfo } from "@parley/protocol/generated/sdkws";
import { UserFullInfo } from "@parley/protocol/chat/shared";

import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { createBlocks } from "./blocks.ts";
import { createDefaults } from "./defaults.ts";
import { createPasswordReset } from "./password-reset.ts";
import { createRegistrationSwitch } from "./registration-switch.ts";
import { createPeopleStatistics } from "./statistics.ts";
import { insertAdministrator } from "./store.ts";

const page = { offset: 0, limit: 20 };
const refusal = (code: number) => expect.objectContaining({ code });

/** Everybody whose id begins with "u" has an account. */
const listPeople = (userIDs: readonly string[]) =>
  Promise.resolve(
    userIDs
      .filter((userID) => userID.startsWith("u"))
      .map((userID) => UserFullInfo.create({ userID, nickname: userID })),
  );

function start({ db, transact }: TestStorage) {
  const happened: string[] = [];
  const happens = (what: string) => {
    happened.push(what);
    return Promise.resolve();
  };
  const tokens = {
    revoke: (_tx: unknown, userID: string) => happens(`revoke ${userID}`),
  };
  const forceLogout = (_operationID: string, userID: string) =>
    happens(`log out ${userID}`);
  const failed = (error: unknown) => {
    throw error;
  };
  const now = () => 1_700_000_000_000;
  return {
    happened,
    blocks: createBlocks({
      db,
      transact,
      tokens,
      im: { adminUserID: "imAdmin", forceLogout },
      listFull: listPeople,
      failed,
      now,
    }),
    resetPassword: createPasswordReset({
      transact,
      passwords: {
        hash: (password) => Promise.resolve(`hash of ${password}`),
        verify: () => Promise.resolve(false),
      },
      accounts: {
        async setPassword(_tx, userID, stored) {
          await happens(`${userID} has ${stored}`);
          return userID.startsWith("u");
        },
      },
      tokens,
      forceLogout,
      failed,
    }),
    defaults: createDefaults({
      db,
      transact,
      listPublic: listPeople,
      findGroups: (_operationID, groupIDs) =>
        Promise.resolve(
          groupIDs
            .filter((groupID) => groupID.startsWith("g"))
            .map((groupID) => GroupInfo.create({ groupID, groupName: "G" })),
        ),
      now,
    }),
  };
}

forEachEngine("blocked users", (open) => {
  const block = (userID: string, reason = "") => ({
    userID,
    reason,
    operatorID: "boss",
  });

  test("lose their tokens and sessions, whether they exist or not", async () => {
    await using storage = await open();
    const { blocks, happened } = start(storage);
    await blocks.add("op", block("u1"));
    await blocks.add("op", block("nobody"));
    expect(happened).toEqual([
      "revoke u1",
      "log out u1",
      "revoke nobody",
      "log out nobody",
    ]);
    expect(blocks.add("op", block("u1"))).rejects.toEqual(refusal(1001));
    expect(blocks.add("op", block(""))).rejects.toEqual(refusal(1001));
  });

  test("are never administrators, whose tokens would go with the id", async () => {
    await using storage = await open();
    const { blocks, happened } = start(storage);
    await storage.transact((tx) =>
      insertAdministrator(tx, {
        account: "boss",
        password: "",
        has_known_password: 0,
        face_url: "",
        nickname: "",
        user_id: "boss",
        level: 80,
        create_time: 1,
      }),
    );
    for (const userID of ["boss", "imAdmin"])
      expect(blocks.add("op", block(userID))).rejects.toEqual(refusal(1002));
    expect(happened).toEqual([]);
  });

  test("are found by parts of id, reason and operator as plain text", async () => {
    await using storage = await open();
    const { blocks } = start(storage);
    await blocks.add("op", block("u1", "100% spam"));
    await blocks.add("op", block("u2", "a.* Ärger"));
    const find = async (keyword: string) =>
      (await blocks.search(keyword, page)).users.map(({ userID }) => userID);
    expect(await find("")).toEqual(["u1", "u2"]);
    expect(await find("U2")).toEqual(["u2"]);
    expect(await find("% SPAM")).toEqual(["u1"]);
    expect(await find("BOSS")).toEqual(["u1", "u2"]);
    expect(await find(".*")).toEqual(["u2"]);
    expect(await find("äRGER")).toEqual(["u2"]);
    expect(await find("u_")).toEqual([]);
    expect(await blocks.search("", { offset: 1, limit: 1 })).toMatchObject({
      total: 2,
      users: [{ userID: "u2", nickname: "u2", opUserID: "boss" }],
    });
  });

  test("are let in again all or none", async () => {
    await using storage = await open();
    const { blocks } = start(storage);
    await blocks.add("op", block("u1"));
    for (const bad of [[], ["u1", "u2"], ["u1", "u1"]])
      expect(blocks.delete(bad)).rejects.toEqual(refusal(1001));
    await blocks.delete(["u1"]);
    expect((await blocks.search("", page)).total).toBe(0);
  });
});

forEachEngine("a user's password", (open) => {
  test("is set by an administrator, and every session ended", async () => {
    await using storage = await open();
    const { resetPassword, happened } = start(storage);
    const reset = { userID: "u1", newPassword: "p", currentPassword: "" };
    await resetPassword("op", reset);
    expect(happened).toEqual(["u1 has hash of p", "revoke u1", "log out u1"]);
    for (const [change, code] of [
      [{ userID: "" }, 1001],
      [{ newPassword: "" }, 1001],
      [{ currentPassword: "p" }, 1001],
      [{ userID: "nobody" }, 1004],
    ] as const)
      expect(resetPassword("op", { ...reset, ...change })).rejects.toEqual(
        refusal(code),
      );
    expect(happened.filter((what) => what.startsWith("log out"))).toHaveLength(
      1,
    );
  });
});

forEachEngine("whether people may register", (open) => {
  test("is what an administrator said last, also after a restart", async () => {
    await using storage = await open();
    const restart = () =>
      createRegistrationSwitch({ ...storage, isAllowedAtFirst: true });
    expect(await restart().isAllowed()).toBe(true);
    await restart().set(false);
    expect(await restart().isAllowed()).toBe(false);
    await restart().set(true);
    expect(await restart().isAllowed()).toBe(true);
  });
});

forEachEngine("default friends", (open) => {
  test("are people, once each, in the order they were added", async () => {
    await using storage = await open();
    const { defaults } = start(storage);
    await defaults.addFriends(["u2", "u1"]);
    expect(await defaults.listFriends()).toEqual(["u2", "u1"]);
    for (const [ids, code] of [
      [[], 1001],
      [[""], 1001],
      [["u3", "u3"], 1001],
      [["u3", "nobody"], 1004],
      [["u3", "u1"], 1003],
    ] as const)
      expect(defaults.addFriends(ids)).rejects.toEqual(refusal(code));
    expect(await defaults.listFriends()).toEqual(["u2", "u1"]);
  });

  test("are removed all or none, and found with their profiles", async () => {
    await using storage = await open();
    const { defaults } = start(storage);
    await defaults.addFriends(["u1", "u2"]);
    expect(defaults.deleteFriends(["u1", "u3"])).rejects.toEqual(refusal(1004));
    expect(await defaults.searchFriends("U1", page)).toMatchObject({
      total: 1,
      users: [{ userID: "u1", user: { nickname: "u1" } }],
    });
    await defaults.deleteFriends(["u1", "u2"]);
    expect(await defaults.listFriends()).toEqual([]);
  });
});

forEachEngine("default groups", (open) => {
  test("are groups of the IM server, once each", async () => {
    await using storage = await open();
    const { defaults } = start(storage);
    await defaults.addGroups("op", ["g1", "g2"]);
    for (const [ids, code] of [
      [[], 1001],
      [["g3", "g3"], 1001],
      [["none"], 1001],
      [["g1"], 1003],
    ] as const)
      expect(defaults.addGroups("op", ids)).rejects.toEqual(refusal(code));
    expect(await defaults.listGroups()).toEqual(["g1", "g2"]);
    expect(defaults.deleteGroups(["g1", "g3"])).rejects.toEqual(refusal(1004));
    await defaults.deleteGroups(["g1"]);
    expect(await defaults.searchGroups("op", "G", page)).toMatchObject({
      total: 1,
      groups: [{ groupID: "g2", groupName: "G" }],
    });
  });

  test("that are gone show their id alone", async () => {
    await using storage = await open();
    const { defaults } = start(storage);
    await storage.transact(async ({ db }) => {
      await db
        .insertInto("default_groups")
        .values({ group_id: "old", create_time: 1 })
        .execute();
    });
    expect(await defaults.searchGroups("op", "", page)).toEqual({
      total: 1,
      groups: [GroupInfo.create({ groupID: "old" })],
    });
  });
});

forEachEngine("statistics of sign-ins", (open) => {
  test("count everybody once a day of UTC, up to before the end", async () => {
    await using storage = await open();
    const midnight = Date.UTC(2026, 0, 2);
    const rows: [string, number][] = [
      ["u1", midnight - 1],
      ["u1", midnight],
      ["u1", midnight + 5],
      ["u2", midnight + 6],
      ["u3", midnight + 7],
    ];
    await storage.transact(async ({ db }) => {
      for (const [user_id, login_time] of rows)
        await db
          .insertInto("login_records")
          .values({ user_id, login_time, ip: "", device_id: "", platform: "" })
          .execute();
    });
    const statistics = createPeopleStatistics(storage.db, {
      countRegistered: () => Promise.reject(new Error("not asked")),
    });
    expect(await statistics.countLogins(midnight - 1, midnight + 7)).toEqual({
      loginCount: 3,
      unloginCount: -3,
      count: { "2026-01-01": 1, "2026-01-02": 2 },
    });
    expect(statistics.countLogins(2, 1)).rejects.toEqual(refusal(1001));
  });
});
