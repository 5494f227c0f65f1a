import { expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { createAccountSearch } from "./search.ts";

const page = (pageNumber = 1, showNumber = 20) => ({
  pagination: { pageNumber, showNumber },
});
const code = (code: number) =>
  expect.objectContaining({ code }) as unknown as Error;

interface Person {
  user_id: string;
  nickname?: string;
  account?: string;
  phone_number?: string;
  email?: string;
  gender?: number;
}

const toRow = (person: Person) => ({
  password: "",
  nickname: "",
  face_url: "",
  gender: 0,
  birth: 0,
  level: 0,
  allow_add_friend: 1,
  allow_beep: 1,
  allow_vibration: 1,
  global_recv_msg_opt: 0,
  register_type: 0,
  account: "",
  area_code: "",
  phone_number: "",
  email: "",
  register_ip: "",
  register_device_id: "",
  register_platform: "",
  create_time: 0,
  change_time: 0,
  ...person,
});

async function start(
  { db, transact }: TestStorage,
  people: readonly Person[],
  friends: readonly string[] = [],
) {
  await transact(async (tx) => {
    for (let at = 0; at < people.length; at += 500)
      await tx.db
        .insertInto("accounts")
        .values(people.slice(at, at + 500).map(toRow))
        .execute();
  });
  const search = createAccountSearch(db, {
    listFriendIDs: () => Promise.resolve([...friends]),
  });
  const namesOf = ({ accounts }: { accounts: { user_id: string }[] }) =>
    accounts.map(({ user_id }) => user_id);
  return {
    search,
    find: async (keyword: string, more: object = {}) =>
      namesOf(
        await search.people({
          keyword,
          genders: 0,
          normal: 0,
          ...page(),
          ...more,
        }),
      ),
    findFriends: async (keyword: string, more: object = {}) =>
      namesOf(
        await search.friends(
          {
            operationID: "op",
            actor: { userID: "me", platformID: 5, isAdmin: false },
          },
          { userID: "", userIDs: [], genders: [], keyword, ...page(), ...more },
        ),
      ),
  };
}

const some: Person[] = [
  { user_id: "1001", nickname: "Anna", account: "annaX" },
  { user_id: "1002", nickname: "100% bob", email: "bob@example.com" },
  { user_id: "1003", nickname: "a_b.c*", phone_number: "13800000000" },
  { user_id: "1004", nickname: "Übermut", gender: 5 },
];

forEachEngine("searching for people", (open) => {
  test("finds parts of what is known of them, in any case, and nothing else", async () => {
    await using storage = await open();
    const { find } = await start(storage, some);
    for (const [keyword, found] of [
      ["anna", ["1001"]],
      ["NAX", ["1001"]],
      ["nn", ["1001"]],
      ["100", ["1001", "1002", "1003"]],
      ["bob@EXA", ["1002"]],
      ["13800", ["1003"]],
      ["nobody", []],
      // Plain text, where OpenIM takes patterns.
      ["a.*", []],
      ["b.c*", ["1003"]],
      ["0% b", ["1002"]],
      ["ÜBERMUT", []],
      ["a_b", ["1003"]],
      ["axb", []],
      ["\\", []],
      // Never across two of the fields.
      ["1\nann", []],
      ["1001\nannaX", []],
      ["", ["1001", "1002", "1003"]],
    ] as const)
      expect([keyword, await find(keyword)]).toEqual([keyword, [...found]]);
  });

  test("finds letters of every script in any case", async () => {
    await using storage = await open();
    const { find } = await start(storage, [
      { user_id: "1", nickname: "ÜNÏ", email: "info@BÜRO.example" },
      { user_id: "2", nickname: "ПРИВЕТ", account: "Straße" },
      { user_id: "3", nickname: "Οδυσσεύς İstanbul" },
    ]);
    for (const [keyword, found] of [
      ["ünï", ["1"]],
      ["büro", ["1"]],
      ["привет", ["2"]],
      ["STRAẞE", ["2"]],
      ["ΟΔΥΣΣΕΎΣ", ["3"]],
      ["istanbul", ["3"]],
    ] as const)
      expect([keyword, await find(keyword)]).toEqual([keyword, [...found]]);
  });

  test("tells genders apart, and leaves odd ones out unless asked", async () => {
    await using storage = await open();
    const { find } = await start(storage, [
      ...some,
      { user_id: "2001", nickname: "Anna", gender: 1 },
    ]);
    expect(await find("1004")).toEqual([]);
    expect(await find("1004", { genders: 5 })).toEqual(["1004"]);
    expect(await find("anna", { genders: 1 })).toEqual(["2001"]);
    expect(await find("", { genders: 1 })).toEqual(["2001"]);
  });

  test("leaves blocked people out of the normal ones", async () => {
    await using storage = await open();
    const { find, search } = await start(storage, some);
    await storage.transact(({ db }) =>
      db
        .insertInto("blocked_accounts")
        .values({
          user_id: "1001",
          reason: "",
          operator_user_id: "",
          create_time: 0,
        })
        .execute(),
    );
    expect(await find("anna")).toEqual(["1001"]);
    expect(await find("anna", { normal: 1 })).toEqual([]);
    expect(await find("", { normal: 1 })).toEqual(["1002", "1003"]);
    const { total } = await search.people({
      keyword: "",
      genders: 0,
      normal: 1,
      ...page(),
    });
    expect(total).toBe(2);
  });

  test("finds a new name at once, and an old one no more", async () => {
    await using storage = await open();
    const { find } = await start(storage, some);
    await storage.transact(({ db }) =>
      db
        .updateTable("accounts")
        .set({ nickname: "Zoe Miller" })
        .where("user_id", "=", "1001")
        .execute(),
    );
    expect(await find("miller")).toEqual(["1001"]);
    await storage.transact(({ db }) =>
      db.deleteFrom("accounts").where("user_id", "=", "1001").execute(),
    );
    expect(await find("miller")).toEqual([]);
  });

  test("counts all of them and pages in order of registration, be they many", async () => {
    await using storage = await open();
    const many = Array.from({ length: 5_000 }, (_, i) => ({
      user_id: `u${i}`,
      nickname: `Common ${i % 2 === 0 ? "even" : "odd"}`,
    }));
    const { search } = await start(storage, many);
    for (const keyword of ["common", "co"]) {
      const { total, accounts } = await search.people({
        keyword,
        genders: 0,
        normal: 0,
        ...page(50, 100),
      });
      expect(total).toBe(5_000);
      expect(accounts[0]?.user_id).toBe("u4900");
      expect(accounts).toHaveLength(100);
    }
    const { total, accounts } = await search.people({
      keyword: "even",
      genders: 0,
      normal: 0,
      ...page(1, 100_000),
    });
    expect([total, accounts.length]).toEqual([2_500, 1_000]);
  });

  test("wants a page, and says so", async () => {
    await using storage = await open();
    const { find } = await start(storage, []);
    await expect(find("", { pagination: null })).rejects.toEqual(code(1001));
    await expect(find("", page(0))).rejects.toEqual(code(1001));
    await expect(find("", page(1, 0))).rejects.toEqual(code(1001));
    await expect(find("", { normal: 2 })).rejects.toEqual(code(1001));
  });
});

forEachEngine("searching among friends", (open) => {
  test("finds friends alone", async () => {
    await using storage = await open();
    const { findFriends } = await start(storage, some, ["1002", "1004"]);
    expect(await findFriends("")).toEqual(["1002", "1004"]);
    expect(await findFriends("anna")).toEqual([]);
    expect(await findFriends("bob")).toEqual(["1002"]);
    expect(await findFriends("", { genders: [5] })).toEqual(["1004"]);
    expect(await findFriends("", page(2, 1))).toEqual(["1004"]);
  });

  test("of another user is for administrators", async () => {
    await using storage = await open();
    const { findFriends } = await start(storage, some, ["1002"]);
    await expect(findFriends("", { userID: "al" })).rejects.toEqual(code(1002));
  });
});
