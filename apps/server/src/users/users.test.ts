import { expect, test } from "bun:test";

import type { UserInfo } from "@parley/protocol/generated/sdkws";

import { createCaches } from "../storage/caches.ts";
import type { Actor } from "../http/actor.ts";
import type { Notice } from "../notifications/notify.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { ensureAdministrators } from "./administrators.ts";
import { createUserDirectory } from "./directory.ts";
import { createUsers } from "./users.ts";
import type { ProfileChanged, UsersDeps } from "./users.ts";

const start = 1_700_000_000_000;
const ann: Actor = { userID: "ann", platformID: 1, isAdmin: false };
const admin: Actor = { userID: "root", platformID: 10, isAdmin: true };
const firstPage = { offset: 0, limit: 20 };

const newUser = (userID: string, more: Partial<UserInfo> = {}): UserInfo => ({
  userID,
  nickname: `nick-${userID}`,
  faceURL: "",
  ex: "",
  createTime: 0,
  appMangerLevel: 0,
  globalRecvMsgOpt: 0,
  ...more,
});

/** Users that remember whom they told what. */
function usersOver(
  { db, transact }: TestStorage,
  replaced: Partial<UsersDeps> = {},
) {
  const notices: Notice[] = [];
  const changedProfiles: Parameters<ProfileChanged>[2][] = [];
  let registered = 0;
  const users = createUsers({
    db,
    transact,
    directory: createUserDirectory({ caches: createCaches(), db }),
    notify: async (_tx, notice) => void notices.push(notice),
    profileChanged: async (_tx, _cause, user) =>
      void changedProfiles.push(user),
    adminUserIDs: ["root"],
    registered: (count) => (registered += count),
    now: () => start,
    randomDigits: () => "1234567890",
    ...replaced,
  });
  return { users, notices, changedProfiles, registered: () => registered };
}

const idsOf = (users: readonly UserInfo[]) => users.map((user) => user.userID);

forEachEngine("registering users", (open) => {
  test("they are found as they were registered, with the server's time", async () => {
    await using storage = await open();
    const { users, registered } = usersOver(storage);
    const bob = newUser("bob", {
      faceURL: "http://example.com/1.png",
      ex: "{}",
      appMangerLevel: 1,
      globalRecvMsgOpt: 2,
      createTime: 5,
    });

    expect(await users.find("bob")).toBeNull();
    await users.register([bob, newUser("ann")]);

    expect(await users.get("bob")).toEqual({ ...bob, createTime: start });
    expect(registered()).toBe(2);
  });

  test("if one of them is known, nobody is registered", async () => {
    await using storage = await open();
    const { users, registered } = usersOver(storage);
    await users.register([newUser("ann")]);

    await expect(
      users.register([newUser("bob"), newUser("ann", { nickname: "x" })]),
    ).rejects.toMatchObject({ code: 1102 });

    expect(await users.find("bob")).toBeNull();
    expect((await users.get("ann")).nickname).toBe("nick-ann");
    expect(registered()).toBe(1);
  });

  test("of two who want the same userID at once, one gets it", async () => {
    await using storage = await open();
    const { users } = usersOver(storage);

    const [first, second] = await Promise.allSettled([
      users.register([newUser("ann", { nickname: "first" })]),
      users.register([newUser("ann", { nickname: "second" })]),
    ]);

    expect(first.status).toBe("fulfilled");
    expect(second).toMatchObject({ reason: { code: 1102 } });
    expect((await users.get("ann")).nickname).toBe("first");
  });

  test("10,000 at once are listed in the order asked for", async () => {
    await using storage = await open();
    const { users } = usersOver(storage);
    const userIDs = Array.from({ length: 10_000 }, (_, i) => `u${i}`);
    await users.register(userIDs.map((userID) => newUser(userID)));

    const backwards = userIDs.toReversed();
    const found = await users.list([...backwards, "nobody", "u1", ""]);

    expect(idsOf(found)).toEqual(backwards);
    expect(await users.listIDs({ offset: 9_998, limit: 20 })).toEqual({
      total: 10_000,
      userIDs: ["u9998", "u9999"],
    });
  });
});

forEachEngine("finding a user", (open) => {
  test("one who was asked for is known at once", async () => {
    await using storage = await open();
    const { users } = usersOver(storage);
    await users.register([newUser("ann")]);

    await users.find("ann");

    expect(users.find("ann")).toMatchObject({ nickname: "nick-ann" });
    expect(await users.levelOf("ann")).toBe(0);
  });

  test("nobody is known at once as nobody, until registered", async () => {
    await using storage = await open();
    const { users } = usersOver(storage);
    expect(await users.find("ann")).toBeNull();
    expect(users.find("ann")).toBeNull();
    expect(await users.levelOf("ann")).toBeUndefined();
    await expect(users.get("ann")).rejects.toMatchObject({ code: 1004 });

    await users.register([newUser("ann")]);

    expect(await users.find("ann")).not.toBeNull();
  });
});

forEachEngine("changing a user", (open) => {
  test("what is not given stays", async () => {
    await using storage = await open();
    const { users } = usersOver(storage);
    await users.register([newUser("ann", { ex: "e" })]);
    await users.find("ann");

    await users.update({ actor: ann, operationID: "op" }, "ann", {
      nickname: "",
      globalRecvMsgOpt: 7,
    });

    expect(await users.get("ann")).toMatchObject({
      nickname: "",
      ex: "e",
      globalRecvMsgOpt: 7,
    });
  });

  test("the user hears of it, also when all is as it was", async () => {
    await using storage = await open();
    const { users, notices, changedProfiles } = usersOver(storage);
    await users.register([newUser("ann")]);

    await users.update({ actor: admin, operationID: "op" }, "ann", {});
    await users.update({ actor: ann, operationID: "op" }, "ann", {
      nickname: "nick-ann",
      ex: "new",
    });

    expect(notices).toMatchObject([
      { contentType: 1303, sendID: "root", recvID: "ann" },
      { contentType: 1303, sendID: "ann", recvID: "ann" },
    ]);
    expect(JSON.parse(notices[0]!.detail)).toEqual({ userID: "ann" });
    expect(changedProfiles).toEqual([]);
  });

  test("another name or face is one more thing to tell", async () => {
    await using storage = await open();
    const { users, changedProfiles } = usersOver(storage);
    await users.register([newUser("ann")]);

    await users.update({ actor: ann, operationID: "op" }, "ann", {
      nickname: "Anna",
    });
    await users.update({ actor: ann, operationID: "op" }, "ann", {
      faceURL: "http://example.com/a",
    });

    expect(changedProfiles).toMatchObject([
      { nickname: "Anna", faceURL: "" },
      { nickname: "Anna", faceURL: "http://example.com/a" },
    ]);
  });

  test("if friends cannot be told, nothing changed", async () => {
    await using storage = await open();
    const { users } = usersOver(storage, {
      profileChanged: () => Promise.reject(new Error("no")),
    });
    await users.register([newUser("ann")]);

    await expect(
      users.update({ actor: ann, operationID: "op" }, "ann", {
        nickname: "Anna",
      }),
    ).rejects.toThrow("no");

    expect(await users.get("ann")).toMatchObject({ nickname: "nick-ann" });
    expect((await users.list(["ann"]))[0]?.nickname).toBe("nick-ann");
  });

  test("nobody hears of one who is unknown", async () => {
    await using storage = await open();
    const { users, notices } = usersOver(storage);

    await expect(
      users.update({ actor: admin, operationID: "op" }, "nobody", { ex: "x" }),
    ).rejects.toMatchObject({ code: 1004 });

    expect(notices).toEqual([]);
  });
});

forEachEngine("searching users", (open) => {
  const search = async (
    storage: TestStorage,
    wanted: { userID?: string; nickname?: string },
    page = firstPage,
  ) => {
    const { users } = usersOver(storage);
    const found = await users.search(
      { userID: "", nickname: "", ...wanted },
      page,
    );
    return { total: found.total, userIDs: idsOf(found.users) };
  };
  const register = (storage: TestStorage, wanted: UserInfo[]) =>
    usersOver(storage).users.register(wanted);

  test("part of a userID or nickname is enough, whatever its case", async () => {
    await using storage = await open();
    await register(storage, [
      newUser("Zoe", { nickname: "first" }),
      newUser("bert", { nickname: "Second" }),
      newUser("carl", { nickname: "third" }),
    ]);

    expect((await search(storage, { userID: "zO" })).userIDs).toEqual(["Zoe"]);
    expect((await search(storage, { nickname: "ECO" })).userIDs).toEqual([
      "bert",
    ]);
    // Either is enough, and who came first is first.
    expect(
      (await search(storage, { userID: "carl", nickname: "FIRST" })).userIDs,
    ).toEqual(["Zoe", "carl"]);
  });

  test("a new name is found, and the old one no more", async () => {
    await using storage = await open();
    await register(storage, [
      newUser("ann", { nickname: "Annabel" }),
      newUser("bob", { nickname: "Bobby" }),
    ]);
    const { users } = usersOver(storage);
    await users.update({ actor: ann, operationID: "op" }, "ann", {
      nickname: "Rosabel",
    });

    expect(await search(storage, { nickname: "nnabel" })).toEqual({
      total: 0,
      userIDs: [],
    });
    expect((await search(storage, { nickname: "SABEL" })).userIDs).toEqual([
      "ann",
    ]);
  });

  test("letters beyond ASCII are found, whatever their case", async () => {
    await using storage = await open();
    await register(storage, [
      newUser("ann", { nickname: "Émile ÜNÏ 日本 😀 İSTANBUL" }),
    ]);

    for (const nickname of ["émile", "ünï", "日本", "😀", "istanbul", "é"])
      expect([nickname, (await search(storage, { nickname })).total]).toEqual([
        nickname,
        1,
      ]);
  });

  test.each(["%", "_", "\\", "100%", "a_c", "\\_", "'", "^.*$"])(
    "%s means itself",
    async (text) => {
      await using storage = await open();
      await register(storage, [
        newUser("one", { nickname: `<${text}>` }),
        newUser("two", { nickname: "100 abc" }),
      ]);

      expect((await search(storage, { nickname: text })).userIDs).toEqual([
        "one",
      ]);
    },
  );

  test("a text longer than any name finds nobody", async () => {
    await using storage = await open();
    await register(storage, [newUser("ann")]);

    expect(await search(storage, { nickname: "%".repeat(100_000) })).toEqual({
      total: 0,
      userIDs: [],
    });
  });

  test("accounts of the system are not listed", async () => {
    await using storage = await open();
    await register(
      storage,
      [0, 1, 2, 3, 4].map((appMangerLevel) =>
        newUser(`level${appMangerLevel}`, { appMangerLevel }),
      ),
    );

    expect((await search(storage, {})).userIDs).toEqual(["level0", "level1"]);
  });

  test("each page is a part, and the total is of all", async () => {
    await using storage = await open();
    await register(
      storage,
      ["a", "b", "c"].map((id) => newUser(id)),
    );
    const page = (offset: number, limit: number) =>
      search(storage, {}, { offset, limit });

    expect(await page(0, 2)).toEqual({ total: 3, userIDs: ["a", "b"] });
    expect(await page(2, 2)).toEqual({ total: 3, userIDs: ["c"] });
    expect(await page(4, 2)).toEqual({ total: 3, userIDs: [] });
    expect(await page(0, 0)).toEqual({ total: 3, userIDs: [] });
    const most = 2 ** 31 - 1;
    expect(await page(most * most, most)).toEqual({ total: 3, userIDs: [] });
  });
});

forEachEngine("accounts of the system", (open) => {
  const account = (userID: string, nickname = "Note", appMangerLevel = 3) => ({
    userID,
    nickname,
    faceURL: "",
    appMangerLevel,
  });

  test("one without a userID gets the first free one", async () => {
    await using storage = await open();
    const drawn = ["1", "2", "3"];
    const { users } = usersOver(storage, {
      randomDigits: () => drawn.shift() ?? "none",
    });
    await users.register([newUser("1"), newUser("2")]);

    const { userID } = await users.addNotificationAccount(account(""));

    expect(userID).toBe("3");
    expect(await users.get("3")).toMatchObject({ appMangerLevel: 3 });
  });

  test("trying for a free userID ends", async () => {
    await using storage = await open();
    const { users } = usersOver(storage, { randomDigits: () => "1" });
    await users.register([newUser("1")]);

    await expect(
      users.addNotificationAccount(account("")),
    ).rejects.toMatchObject({ code: 500 });
  });

  test("a userID in use and an unknown one are 1001", async () => {
    await using storage = await open();
    const { users } = usersOver(storage);
    await users.register([newUser("ann")]);

    await expect(
      users.addNotificationAccount(account("ann")),
    ).rejects.toMatchObject({ code: 1001 });
    await expect(
      users.updateNotificationAccount("nobody", { nickname: "x" }),
    ).rejects.toMatchObject({ code: 1001 });
  });

  test("changing one tells nobody", async () => {
    await using storage = await open();
    const { users, notices, changedProfiles } = usersOver(storage);
    await users.addNotificationAccount(account("note"));

    await users.updateNotificationAccount("note", { nickname: "New" });

    expect(await users.get("note")).toMatchObject({ nickname: "New" });
    expect([notices, changedProfiles]).toEqual([[], []]);
  });

  test("they are found by a whole userID, else by a whole nickname", async () => {
    await using storage = await open();
    const { users } = usersOver(storage);
    await users.register([newUser("root", { appMangerLevel: 3 })]);
    await users.register([newUser("ann", { nickname: "weather" })]);
    await users.addNotificationAccount(account("news", "weather"));
    await users.addNotificationAccount(account("weather", "storms", 4));
    await users.addNotificationAccount(account("tides", "sea", 9));
    const search = async (keyword: string, level: number | null = null) =>
      idsOf(
        (await users.searchNotificationAccounts(keyword, level, firstPage))
          .users,
      );

    expect(await search("weather")).toEqual(["weather"]);
    expect(await search("weather", 3)).toEqual(["news"]);
    expect(await search("sea")).toEqual(["tides"]);
    expect(await search("se")).toEqual([]);
    expect(await search("ann")).toEqual([]);
    // The configured administrator is none of them.
    expect(await search("")).toEqual(["news", "weather", "tides"]);
    expect(
      await users.searchNotificationAccounts("", null, { offset: 1, limit: 1 }),
    ).toMatchObject({ total: 3, users: [{ userID: "weather" }] });
  });
});

forEachEngine("administrators", (open) => {
  test("those who are missing are made, once", async () => {
    await using storage = await open();
    const wanted = [
      { userID: "root", nickname: "Root" },
      { userID: "boss", nickname: "Boss" },
    ];

    await ensureAdministrators(storage.transact, wanted);
    await ensureAdministrators(storage.transact, wanted);

    const { users } = usersOver(storage);
    expect(await users.get("root")).toEqual(
      newUser("root", {
        nickname: "Root",
        appMangerLevel: 2,
        createTime: -62_135_596_800_000,
      }),
    );
    expect((await users.listIDs(firstPage)).userIDs).toEqual(["root", "boss"]);
  });

  test("one who was a user before gets the name and keeps the level", async () => {
    await using storage = await open();
    const { users } = usersOver(storage);
    await users.register([newUser("root", { ex: "e" })]);

    await ensureAdministrators(storage.transact, [
      { userID: "root", nickname: "Root" },
    ]);

    expect(await users.get("root")).toEqual(
      newUser("root", { nickname: "Root", ex: "e", createTime: start }),
    );
  });
});
