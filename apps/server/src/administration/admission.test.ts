import { expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { createAddressRules } from "./address-rules.ts";
import { createAdmission } from "./admission.ts";
import type { WantedCodes } from "./admission-store.ts";
import { createClientConfig } from "./client-config.ts";
import { createInvitations } from "./invitations.ts";

const al = {
  userID: "al",
  account: "",
  email: "",
  nickname: "Al",
  faceURL: "",
  gender: 1,
  level: 0,
};
const page = { offset: 0, limit: 20 };

function start({ db, transact }: TestStorage) {
  const listPublic = (userIDs: readonly string[]) =>
    Promise.resolve(userIDs.includes("al") ? [al] : []);
  const deps = { db, transact, listPublic, now: () => 1_700_000_000_000 };
  return {
    db,
    transact,
    admission: createAdmission(db),
    invitations: createInvitations(deps),
    addressRules: createAddressRules(deps),
    clientConfig: createClientConfig(deps),
  };
}

/** Asks for all of them. */
const all: WantedCodes = {
  isUsed: undefined,
  userIDs: [],
  codes: [],
  keyword: "",
};

forEachEngine("invitation codes", (open) => {
  test("are needed while the clients' setting says so", async () => {
    await using storage = await open();
    const { admission, clientConfig } = start(storage);
    expect(await admission.isInvitationNeeded()).toBe(false);
    for (const [value, isNeeded] of [
      ["1", true],
      ["0", false],
      ["TRUE", true],
      ["no", false],
      ["Yes", true],
    ] as const) {
      await clientConfig.set({ needInvitationCodeRegister: value });
      expect([value, await admission.isInvitationNeeded()]).toEqual([
        value,
        isNeeded,
      ]);
    }
    await clientConfig.delete(["needInvitationCodeRegister"]);
    expect(await admission.isInvitationNeeded()).toBe(false);
  });

  test("are good for one registration, and say whose", async () => {
    await using storage = await open();
    const { admission, invitations, transact } = start(storage);
    await invitations.add(["tea", "bread"]);
    expect(admission.requireInvitation("")).rejects.toMatchObject({
      code: 1001,
    });
    expect(admission.requireInvitation("beer")).rejects.toMatchObject({
      code: 20011,
    });
    await admission.requireInvitation("tea");
    await transact((tx) => admission.useInvitation(tx, "tea", "al"));
    expect(admission.requireInvitation("tea")).rejects.toMatchObject({
      code: 20010,
    });

    const used = {
      invitationCode: "tea",
      createTime: 1_700_000_000_000,
      usedUserID: "al",
      usedUser: al,
    };
    const unused = {
      invitationCode: "bread",
      createTime: 1_700_000_000_000,
      usedUserID: "",
      usedUser: null,
    };
    const found = async (wanted: Partial<WantedCodes>) =>
      (await invitations.search({ ...all, ...wanted }, page)).list;
    expect(await found({})).toEqual([used, unused]);
    expect(await found({ isUsed: true })).toEqual([used]);
    expect(await found({ isUsed: false })).toEqual([unused]);
    expect(await found({ userIDs: ["al"] })).toEqual([used]);
    expect(await found({ codes: ["bread", "beer"] })).toEqual([unused]);
    expect(await found({ keyword: "EA" })).toEqual([used, unused]);
    expect(await found({ keyword: "AL" })).toEqual([used]);
    expect(await found({ keyword: "%" })).toEqual([]);
  });

  test("let one of two in who use the same one at the same time", async () => {
    await using storage = await open();
    const { admission, invitations, transact } = start(storage);
    await invitations.add(["tea"]);
    const outcomes = await Promise.allSettled(
      ["al", "bo", "ci"].map((userID) =>
        transact((tx) => admission.useInvitation(tx, "tea", userID)),
      ),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toEqual([
      expect.anything(),
    ]);
    for (const outcome of outcomes)
      if (outcome.status === "rejected")
        expect(outcome.reason).toMatchObject({ code: 20010 });
    expect(
      transact((tx) => admission.useInvitation(tx, "none", "al")),
    ).rejects.toMatchObject({ code: 20011 });
  });

  test("are free again when nothing came of the registration in the end", async () => {
    await using storage = await open();
    const { admission, invitations, transact } = start(storage);
    await invitations.add(["tea", "bread"]);
    await transact((tx) => admission.useInvitation(tx, "tea", "al"));
    await transact((tx) => admission.useInvitation(tx, "bread", "bo"));
    await transact((tx) => admission.returnInvitation(tx, "al"));
    await admission.requireInvitation("tea");
    await expect(admission.requireInvitation("bread")).rejects.toMatchObject({
      code: 20010,
    });
  });

  test("are free again when the registration that used them fails", async () => {
    await using storage = await open();
    const { admission, invitations, transact } = start(storage);
    await invitations.add(["tea"]);
    await transact(async (tx) => {
      await admission.useInvitation(tx, "tea", "al");
      throw new Error("the account could not be made");
    }).catch(() => undefined);
    await admission.requireInvitation("tea");
  });

  test("are free again when nothing came of the account", async () => {
    await using storage = await open();
    const { admission, invitations, transact } = start(storage);
    await invitations.add(["tea", "bread"]);
    await transact(async (tx) => {
      await admission.useInvitation(tx, "tea", "al");
      await admission.useInvitation(tx, "bread", "bo");
    });
    await transact((tx) => admission.returnInvitation(tx, "al"));
    await admission.requireInvitation("tea");
    expect(admission.requireInvitation("bread")).rejects.toMatchObject({
      code: 20010,
    });
  });

  test("are made of the asked alphabet, all of them different", async () => {
    await using storage = await open();
    const { invitations } = start(storage);
    await invitations.generate({ length: 3, count: 16, alphabet: "aabbé" });
    const { list } = await invitations.search(all, page);
    const codes = list.map(({ invitationCode }) => invitationCode);
    expect(new Set(codes).size).toBe(16);
    for (const code of codes) expect(code).toMatch(/^[abé]{3}$/);
    // 11 of 27 codes are left.
    expect(
      invitations.generate({ length: 3, count: 12, alphabet: "abé" }),
    ).rejects.toMatchObject({ code: 1001 });
    expect((await invitations.search(all, { offset: 0, limit: 0 })).total).toBe(
      16,
    );
  });

  test.each([
    { length: 0, count: 1, alphabet: "ab" },
    { length: 3, count: 0, alphabet: "ab" },
    { length: 3, count: 1, alphabet: "" },
    { length: 1, count: 2, alphabet: "aa" },
    { length: 2_000_000_000, count: 1, alphabet: "ab" },
    { length: 3, count: 2_000_000_000, alphabet: "ab" },
  ])("cannot be made from %j", async (wanted) => {
    await using storage = await open();
    const { invitations } = start(storage);
    expect(invitations.generate(wanted)).rejects.toMatchObject({ code: 1001 });
  });

  test("are added and deleted all or none", async () => {
    await using storage = await open();
    const { invitations } = start(storage);
    await invitations.add(["a"]);
    for (const codes of [[], [""], ["b", "b"], ["b", "a"]])
      expect(invitations.add(codes)).rejects.toMatchObject({ code: 1001 });
    for (const codes of [[], ["a", "a"], ["a", "b"]])
      expect(invitations.delete(codes)).rejects.toMatchObject({ code: 1001 });
    expect((await invitations.search(all, page)).total).toBe(1);
    await invitations.delete(["a"]);
    expect((await invitations.search(all, page)).total).toBe(0);
  });
});

forEachEngine("an address", (open) => {
  test("that is forbidden cannot register, sign in, or neither", async () => {
    await using storage = await open();
    const { admission, addressRules } = start(storage);
    await addressRules.forbid([
      { ip: "10.0.0.1", limitRegister: true, limitLogin: false },
      { ip: "10.0.0.2", limitRegister: false, limitLogin: true },
      // A dual-stack socket reports 10.0.0.3 like this.
      { ip: "::ffff:10.0.0.3", limitRegister: true, limitLogin: true },
    ]);
    const answers = async (ask: (address: string) => Promise<void>) =>
      Promise.all(
        [1, 2, 3, 4].map((last) =>
          ask(`10.0.0.${last}`).then(
            () => 0,
            (error: { code: number }) => error.code,
          ),
        ),
      );
    expect(await answers(admission.requireMayRegister)).toEqual([
      20012, 0, 20012, 0,
    ]);
    expect(
      await answers((address) => admission.requireMayLogin("al", address)),
    ).toEqual([0, 20012, 20012, 0]);

    await addressRules.allow(["10.0.0.1", "10.0.0.2", "nowhere"]);
    expect(await answers(admission.requireMayRegister)).toEqual([
      0, 0, 20012, 0,
    ]);
  });

  test("has one rule", async () => {
    await using storage = await open();
    const { addressRules } = start(storage);
    const rule = { ip: "10.0.0.1", limitRegister: true, limitLogin: false };
    const other = { ...rule, ip: "10.0.0.2" };
    await addressRules.forbid([rule]);
    expect(addressRules.forbid([other, rule])).rejects.toMatchObject({
      code: 1003,
    });
    expect(addressRules.forbid([other, other])).rejects.toMatchObject({
      code: 1003,
    });
    expect(addressRules.forbid([{ ...rule, ip: "" }])).rejects.toMatchObject({
      code: 1001,
    });
    const wanted = { keyword: "", status: 0 };
    expect((await addressRules.search(wanted, page)).total).toBe(1);
  });

  test("is found by what it may not", async () => {
    await using storage = await open();
    const { addressRules } = start(storage);
    await addressRules.forbid([
      { ip: "neither", limitRegister: false, limitLogin: false },
      { ip: "login", limitRegister: false, limitLogin: true },
      { ip: "register", limitRegister: true, limitLogin: false },
      { ip: "both", limitRegister: true, limitLogin: true },
    ]);
    const found = async (status: number, keyword = "") =>
      (await addressRules.search({ keyword, status }, page)).forbiddens.map(
        ({ ip }) => ip,
      );
    expect(await found(0)).toEqual(["neither", "login", "register", "both"]);
    expect(await found(1)).toEqual(["neither"]);
    expect(await found(2)).toEqual(["login"]);
    expect(await found(3)).toEqual(["register"]);
    expect(await found(4)).toEqual(["login", "both"]);
    expect(await found(5)).toEqual(["register", "both"]);
    expect(await found(6)).toEqual(["both"]);
    expect(await found(9)).toHaveLength(4);
    expect(await found(4, "OTH")).toEqual(["both"]);
    expect(await found(0, ".*")).toEqual([]);
  });
});

forEachEngine("a user", (open) => {
  test("with addresses of their own signs in from these alone", async () => {
    await using storage = await open();
    const { admission, addressRules } = start(storage);
    await addressRules.addUserIPs([
      { userID: "al", ip: "10.0.0.1" },
      { userID: "al", ip: "::ffff:10.0.0.2" },
    ]);
    await admission.requireMayLogin("al", "10.0.0.1");
    await admission.requireMayLogin("al", "10.0.0.2");
    await admission.requireMayLogin("bo", "10.0.0.3");
    expect(admission.requireMayLogin("al", "10.0.0.3")).rejects.toMatchObject({
      code: 20012,
    });
    await addressRules.deleteUserIPs([
      { userID: "al", ip: "10.0.0.1" },
      { userID: "al", ip: "::ffff:10.0.0.2" },
      { userID: "al", ip: "nowhere" },
    ]);
    await admission.requireMayLogin("al", "10.0.0.3");
  });

  test("has each address once, and a name", async () => {
    await using storage = await open();
    const { addressRules } = start(storage);
    const limit = { userID: "al", ip: "10.0.0.1" };
    await addressRules.addUserIPs([limit]);
    const more = { userID: "bo", ip: "10.0.0.1" };
    expect(addressRules.addUserIPs([more, limit])).rejects.toMatchObject({
      code: 1003,
    });
    expect(addressRules.addUserIPs([more, more])).rejects.toMatchObject({
      code: 1003,
    });
    for (const bad of [
      { userID: "", ip: "10.0.0.1" },
      { userID: "bo", ip: "" },
    ]) {
      expect(addressRules.addUserIPs([bad])).rejects.toMatchObject({
        code: 1001,
      });
      expect(addressRules.deleteUserIPs([bad])).rejects.toMatchObject({
        code: 1001,
      });
    }
    expect(await addressRules.searchUserIPs("", page)).toEqual({
      total: 1,
      limits: [{ ...limit, createTime: 1_700_000_000_000, user: al }],
    });
  });

  test("who is blocked does not sign in from anywhere", async () => {
    await using storage = await open();
    const { admission, transact } = start(storage);
    await transact(async ({ db }) => {
      await db
        .insertInto("blocked_accounts")
        .values({
          user_id: "al",
          reason: "",
          operator_user_id: "",
          create_time: 0,
        })
        .execute();
    });
    expect(admission.requireMayLogin("al", "10.0.0.1")).rejects.toMatchObject({
      code: 20012,
    });
    await admission.requireMayLogin("bo", "10.0.0.1");
  });
});
