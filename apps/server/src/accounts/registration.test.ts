import { expect, spyOn, test } from "bun:test";

import { errors } from "@parley/protocol/errors";
import type { ProtocolError } from "@parley/protocol/errors";

import { spellingsMigration } from "../storage/migrations/023-spellings.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { newcomer, openPeople } from "../../testing/accounts/people.ts";

const phone = { areaCode: "+86", phoneNumber: "13800000000" };
const code = (code: number) =>
  expect.objectContaining({ code }) as unknown as Error;

forEachEngine("registration", (open) => {
  test("two spellings of one address, or of one phone, were two people", async () => {
    await using storage = await open();
    const people = openPeople(storage);
    const { register, signIn } = people;
    const taken = code(20004);
    const ann = await register({ email: "Ann.B@X.com" });
    for (const email of ["ann.b@x.com", "ANN.B@x.COM", " Ann.B@X.com "])
      await expect(register({ email })).rejects.toEqual(taken);
    const bob = await register({ areaCode: "+86", phoneNumber: "138" });
    for (const [areaCode, phoneNumber] of [
      ["+86", "0138"],
      ["+086", "138"],
      [" +86", " 138"],
      ["+0086", "00138 "],
    ] as const)
      await expect(register({ areaCode, phoneNumber })).rejects.toEqual(taken);
    // docs/wire/accounts.md: a phone that is known, sent without the plus.
    await expect(
      register({ areaCode: "86", phoneNumber: "0138" }),
    ).rejects.toEqual(code(20003));
    const password = "secret";
    expect(await signIn({ email: " ann.b@x.com", password })).toMatchObject({
      userID: ann,
    });
    expect(
      await signIn({ areaCode: "0086", phoneNumber: "0138", password }),
    ).toMatchObject({ userID: bob });
    expect(
      await signIn({ email: "ANN.B@X.COM", verifyCode: "666666" }),
    ).toMatchObject({ userID: ann });
  });

  test("who registered with another spelling before goes on by it, and others are found by any", async () => {
    await using storage = await open();
    const { register, signIn } = openPeople(storage);
    const old = async (from: string, to: string) =>
      storage.transact(({ db }) =>
        db
          .updateTable("credentials")
          .set({ credential: to })
          .where("credential", "=", from)
          .execute(),
      );
    const password = "secret";
    const first = await register({ email: "x@x.com" });
    const second = await register({ email: "y@x.com" });
    await old("y@x.com", "x@X.COM");
    const alone = await register({ email: "z@x.com" });
    await old("z@x.com", "Z@x.com");
    const phone = await register({ areaCode: "+86", phoneNumber: "139" });
    await old("+86 139", "+086 0139");
    await spellingsMigration.up(storage.engine.write, "sqlite");
    for (const [email, userID] of [
      ["x@x.com", first],
      ["X@x.com", first],
      ["x@X.COM", second],
      ["z@x.com", alone],
      ["Z@X.com", alone],
    ] as const)
      expect(await signIn({ email, password })).toMatchObject({ userID });
    expect(
      await signIn({ areaCode: "+86", phoneNumber: "139", password }),
    ).toMatchObject({ userID: phone });
  });

  test("of one phone by many at once makes one account, and 20004 for the others", async () => {
    await using storage = await open();
    const { register } = openPeople(storage);
    const all = await Promise.allSettled(
      Array.from({ length: 8 }, () => register(phone)),
    );
    const refused = all.flatMap((each) =>
      each.status === "rejected" ? [each.reason as ProtocolError] : [],
    );
    expect(refused.map((error) => error.code)).toEqual(Array(7).fill(20004));
    const rows = await storage.db.selectFrom("accounts").selectAll().execute();
    expect(rows).toHaveLength(1);
  });

  test("again replaces an account of which the IM server never heard", async () => {
    await using storage = await open();
    const { register, im } = openPeople(storage);
    im.refuseWith(errors.internal("away"));
    await expect(register(phone)).rejects.toEqual(code(500));
    im.refuseWith(undefined);
    const userID = await register(phone);
    const credentials = await storage.db
      .selectFrom("credentials")
      .selectAll()
      .execute();
    expect(credentials).toEqual([
      { credential: "+86 13800000000", user_id: userID, type: 1 },
    ]);
    await expect(register(phone)).rejects.toEqual(code(20004));
  });

  test("leaves nothing behind when the IM server wants no such user", async () => {
    await using storage = await open();
    const returned: string[] = [];
    const { register, im } = openPeople(storage, {
      admission: {
        isInvitationNeeded: () => Promise.resolve(true),
        returnInvitation(_tx, userID) {
          returned.push(userID);
          return Promise.resolve();
        },
      },
    });
    im.refuseWith(errors.args("no"));
    await expect(register(phone)).rejects.toEqual(code(1001));
    for (const table of ["accounts", "credentials"] as const)
      expect(await storage.db.selectFrom(table).selectAll().execute()).toEqual(
        [],
      );
    expect(returned).toHaveLength(1);
  });

  test("does not undo an abandoned account for who cannot prove the phone", async () => {
    await using storage = await open();
    const { register, im } = openPeople(storage);
    im.refuseWith(errors.internal("away"));
    await expect(register(phone)).rejects.toEqual(code(500));
    im.refuseWith(undefined);
    await expect(register(phone, { verifyCode: "1" })).rejects.toEqual(
      code(20006),
    );
    expect(
      await storage.db.selectFrom("accounts").selectAll().execute(),
    ).toHaveLength(1);
  });

  test("refuses what nobody can be called, before it asks for anything", async () => {
    await using storage = await open();
    const { register } = openPeople(storage);
    for (const user of [
      { ...phone, nickname: "" },
      { ...phone, nickname: "x".repeat(257) },
      { ...phone, faceURL: "x".repeat(2_049) },
      { ...phone, password: "x".repeat(257) },
      { ...phone, account: "a-b" },
      { ...phone, account: "a".repeat(129) },
      { areaCode: "+86", phoneNumber: "1".repeat(21) },
      { email: `${"a".repeat(250)}@example.com` },
      { account: "alone" },
    ])
      await expect(register(user)).rejects.toEqual(code(1001));
    expect(
      await storage.db.selectFrom("accounts").selectAll().execute(),
    ).toEqual([]);
  });

  test("is closed to people and open to administrators, who may choose the userID", async () => {
    await using storage = await open();
    const { register } = openPeople(storage, { isRegisterAllowed: false });
    await expect(register(phone)).rejects.toEqual(code(1002));
    const byAdministrator = { isByAdministrator: true, verifyCode: "" };
    expect(await register({ ...phone, userID: "al" }, byAdministrator)).toBe(
      "al",
    );
    await expect(
      register({ email: "a@example.com", userID: "al" }, byAdministrator),
    ).rejects.toEqual(code(1001));
  });
});

forEachEngine("adding many people", (open) => {
  test("says what is wrong with each, also beside the others", async () => {
    await using storage = await open();
    const { registration, register } = openPeople(storage);
    await register({ ...phone, account: "taken" });
    const problems = await registration.check("op", [
      newcomer({ areaCode: "86", phoneNumber: "13800000000" }),
      newcomer({ email: "a@example.com" }),
      newcomer({ email: "a@example.com" }),
      newcomer({ email: "b@example.com", account: "taken" }),
      newcomer({ email: "c@example.com", userID: "same" }),
      newcomer({ email: "d@example.com", userID: "same" }),
      newcomer({ nickname: "" }),
      null,
    ]);
    expect(problems.map((problem) => problem?.code)).toEqual([
      20003,
      undefined,
      20014,
      20004,
      undefined,
      1001,
      1001,
      1001,
    ]);
  });

  test("gives nobody the userID of an administrator, whose tokens it shares", async () => {
    await using storage = await open();
    const { registration, register } = openPeople(storage);
    const [problem] = await registration.check("op", [
      newcomer({ ...phone, userID: "boss" }),
    ]);
    expect(problem).toMatchObject({ code: 1001 });
    await expect(
      register({ ...phone, userID: "boss" }, { isByAdministrator: true }),
    ).rejects.toEqual(code(1001));
  });

  test("adds nobody when one of them is wrong", async () => {
    await using storage = await open();
    const { registration, im } = openPeople(storage);
    const of = (email: string) => ({
      user: newcomer({ email }),
      address: "",
      deviceID: "",
      platformID: 10,
    });
    await expect(
      registration.add("op", [of("a@example.com"), of("bad")]),
    ).rejects.toEqual(code(1001));
    expect(
      await storage.db.selectFrom("accounts").selectAll().execute(),
    ).toEqual([]);
    const userIDs = await registration.add("op", [
      of("a@example.com"),
      of("b@example.com"),
    ]);
    expect([...im.users]).toEqual(userIDs);
  });

  test("of many is undone as a whole when the IM server refuses them", async () => {
    await using storage = await open();
    const { registration, im } = openPeople(storage);
    im.refuseWith(errors.registeredAlready());
    await expect(registration.add("op", many(300))).rejects.toEqual(code(1102));
    expect(await count(storage)).toEqual({ accounts: 0, credentials: 0 });
    im.refuseWith(undefined);
    const userIDs = await registration.add("op", many(300));
    expect([...im.users]).toEqual(userIDs);
  });

  test("of many again replaces those of whom the IM server never heard, whatever was changed since", async () => {
    await using storage = await open();
    const { registration, im } = openPeople(storage);
    im.refuseWith(errors.internal("cannot be reached"));
    const newcomers = many(250);
    await expect(registration.add("op", newcomers)).rejects.toEqual(code(500));
    expect(await count(storage)).toEqual({ accounts: 250, credentials: 250 });
    im.refuseWith(undefined);
    const [first, ...others] = newcomers;
    const changed = {
      ...(first ?? fail()),
      user: newcomer({ userID: "u0", email: "other@example.com" }),
    };
    await registration.add("op", [changed, ...others]);
    expect(im.users.size).toBe(250);
    expect(await count(storage)).toEqual({ accounts: 250, credentials: 250 });
  });

  test("does not delete an account that somebody else made of the same abandoned userID just before", async () => {
    await using storage = await open();
    const { registration, im } = openPeople(storage);
    im.refuseWith(errors.internal("cannot be reached"));
    await expect(registration.add("op", many(1))).rejects.toEqual(code(500));
    im.refuseWith(undefined);
    const named = (email: string) => [
      {
        ...(many(1)[0] ?? fail()),
        user: newcomer({ userID: "u0", email, password: "" }),
      },
    ];
    const { findRegistered } = im.server;
    let asked = 0;
    spyOn(im.server, "findRegistered").mockImplementation(async (...about) => {
      const answer = await findRegistered(...about);
      // The last that the slower one wants to know.
      if (++asked === 4) await registration.add("op", named("quick@x.org"));
      return answer;
    });
    await expect(registration.add("op", named("slow@x.org"))).rejects.toEqual(
      code(1001),
    );
    const rows = await storage.db.selectFrom("accounts").selectAll().execute();
    expect(rows.map(({ email }) => email)).toEqual(["quick@x.org"]);
    expect([...im.users]).toEqual(["u0"]);
  });

  test("by an administrator replaces an abandoned account of the same userID, whatever its phone was", async () => {
    await using storage = await open();
    const { register, im } = openPeople(storage);
    const byAdministrator = { isByAdministrator: true };
    im.refuseWith(errors.internal("away"));
    await expect(
      register({ ...phone, userID: "al" }, byAdministrator),
    ).rejects.toEqual(code(500));
    im.refuseWith(undefined);
    const other = { areaCode: "+86", phoneNumber: "13900000000" };
    expect(await register({ ...other, userID: "al" }, byAdministrator)).toBe(
      "al",
    );
    expect(await count(storage)).toEqual({ accounts: 1, credentials: 1 });
  });

  test("of many is done when the IM server did it, but answered too late", async () => {
    await using storage = await open();
    const { registration, im } = openPeople(storage);
    const { registerUsers } = im.server;
    spyOn(im.server, "registerUsers").mockImplementation(async (...asked) => {
      await registerUsers(...asked);
      throw errors.internal("no answer in 10 s");
    });
    const userIDs = await registration.add("op", many(3));
    expect([...im.users]).toEqual(userIDs);
  });

  test("of many makes none when one phone was taken while passwords were hashed", async () => {
    await using storage = await open();
    const { registration, register, passwords } = openPeople(storage);
    spyOn(passwords, "hash").mockImplementationOnce(async () => {
      await register(phone);
      return "";
    });
    const newcomers = many(3);
    Object.assign(newcomers[2]?.user ?? {}, phone);
    await expect(registration.add("op", newcomers)).rejects.toEqual(
      code(20003),
    );
    expect((await count(storage)).accounts).toBe(1);
  });
});

/** Without passwords, which take their time. */
const many = (length: number) =>
  Array.from({ length }, (_, i) => ({
    user: newcomer({
      userID: `u${i}`,
      email: `u${i}@example.com`,
      password: "",
    }),
    address: "",
    deviceID: "",
    platformID: 10,
  }));

async function count({ db }: TestStorage) {
  const countOf = async (table: "accounts" | "credentials") =>
    (await db.selectFrom(table).selectAll().execute()).length;
  return {
    accounts: await countOf("accounts"),
    credentials: await countOf("credentials"),
  };
}

const fail = (): never => {
  throw new Error("there is nobody");
};
