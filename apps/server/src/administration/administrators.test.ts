import { expect, test } from "bun:test";

import type { IMProfile } from "../im-client/im-client.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { createAdministrators } from "./administrators.ts";
import type { AdministratorChange } from "./administrators.ts";
import { ensureConfigured } from "./first-administrators.ts";
import { toSent } from "./known-password.ts";
import { findAdministrator, listAdministrators } from "./store.ts";

interface Setting {
  accounts?: string[];
  password?: string;
  isExposed?: boolean;
}

/** Stands for argon2id without its cost. */
const passwords = {
  hash: (password: string) => Promise.resolve(`hash of ${password}`),
  verify: (password: string, stored: string | undefined) =>
    Promise.resolve(stored === `hash of ${password}`),
};

const unchanged: AdministratorChange = {
  account: null,
  password: null,
  faceURL: null,
  nickname: null,
  level: null,
};

const page = { offset: 0, limit: 20 };

async function start(
  { db, transact }: TestStorage,
  { accounts = ["chatAdmin"], password = "", isExposed = false }: Setting = {},
) {
  const warnings: string[] = [];
  const revoked: string[] = [];
  const profiles: IMProfile[] = [];
  const isUser = () => Promise.resolve(false);
  let time = 1_700_000_000_000;
  const now = () => (time += 1_000);
  await ensureConfigured(
    {
      db,
      transact,
      passwords,
      isUser,
      warn: (message) => warnings.push(message),
      now,
    },
    { accounts, password, userID: "imAdmin", isExposed },
  );
  const guessed: string[] = [];
  /** Runs while a password is being verified. */
  const meanwhile: (() => Promise<void>)[] = [];
  const administrators = createAdministrators({
    db,
    transact,
    passwords: {
      ...passwords,
      async verify(sent, stored) {
        const isRight = await passwords.verify(sent, stored);
        await meanwhile.shift()?.();
        return isRight;
      },
    },
    tokens: {
      issue: (userID, _type, permit) =>
        transact(async (tx) => {
          await permit?.(tx);
          return `token of ${userID}`;
        }),
      revoke(_tx, userID, except = "none") {
        revoked.push(`${userID} but ${except}`);
        return Promise.resolve();
      },
    },
    ready: Promise.resolve(),
    guess: (account, { address }, isRight) => {
      guessed.push(`${account} from ${address}`);
      return isRight();
    },
    im: {
      adminUserID: "imAdmin",
      updateProfile(_operationID, profile) {
        profiles.push(profile);
        return Promise.resolve();
      },
    },
    isUser,
    failed(error) {
      throw error;
    },
    now,
  });
  const own = { userID: "imAdmin", token: "own", address: "127.0.0.1" };
  return {
    db,
    administrators,
    warnings,
    revoked,
    profiles,
    guessed,
    meanwhile,
    own,
    signIn: (account: string, text: string, address = "127.0.0.1") =>
      administrators.signIn({
        account,
        password: toSent(text),
        address,
        isHere: address === "127.0.0.1",
      }),
    change: (caller: typeof own, change: Partial<AdministratorChange>) =>
      administrators.update("op", caller, { ...unchanged, ...change }),
    /** Adds one; answers who it is. */
    async add(account: string) {
      await administrators.add("imAdmin", {
        account,
        password: toSent("secret1"),
        faceURL: "",
        nickname: account,
      });
      const row = await findAdministrator(db, "account", account);
      return {
        userID: row?.user_id ?? "",
        token: `token of ${account}`,
        address: "10.0.0.1",
      };
    },
  };
}

const refusal = (code: number) => expect.objectContaining({ code });

forEachEngine("first administrators", (open) => {
  test("are made with the name as password on a machine's own addresses", async () => {
    await using storage = await open();
    const { signIn, warnings } = await start(storage);
    const { administrator } = await signIn("chatAdmin", "chatAdmin");
    expect(administrator).toMatchObject({ user_id: "imAdmin", level: 100 });
    expect(warnings).toEqual([expect.stringContaining("chatAdmin")]);
  });

  test("were made by one of two nodes that start at once, and the other one failed", async () => {
    await using storage = await open();
    const setting = { accounts: ["boss", "second"] };
    await Promise.all([start(storage, setting), start(storage, setting)]);
    const made = await listAdministrators(storage.db);
    expect(made.map(({ account }) => account).toSorted()).toEqual([
      "boss",
      "second",
    ]);
  });

  test("count as guessing when they sign in, also with no such account", async () => {
    await using storage = await open();
    const { signIn, guessed } = await start(storage);
    await signIn("chatAdmin", "chatAdmin");
    await expect(signIn("nobody", "x", "1.2.3.4")).rejects.toEqual(
      refusal(20002),
    );
    expect(guessed).toEqual([
      "administrator chatAdmin from 127.0.0.1",
      "administrator nobody from 1.2.3.4",
    ]);
  });

  test("are not made where strangers could guess the password", async () => {
    await using storage = await open();
    const { db, warnings } = await start(storage, { isExposed: true });
    expect(await listAdministrators(db)).toEqual([]);
    expect(warnings).toEqual([
      expect.stringContaining("PARLEY_ACCOUNTS_CHAT_ADMIN_PASSWORD"),
    ]);
  });

  test("get the password of the configuration, without a warning", async () => {
    await using storage = await open();
    const setting = { isExposed: true, password: "long enough" };
    const { signIn, warnings } = await start(storage, setting);
    await signIn("chatAdmin", "long enough", "203.0.113.9");
    expect(warnings).toEqual([]);
  });

  test("keep the password that they gave themselves", async () => {
    await using storage = await open();
    const first = await start(storage);
    await first.change(first.own, { password: toSent("better1") });
    const again = await start(storage, { password: "of the configuration" });
    await again.signIn("chatAdmin", "better1");
    expect(again.warnings).toEqual([]);
  });

  test("have an id each, the first that of the IM administrator", async () => {
    await using storage = await open();
    const { db } = await start(storage, { accounts: ["a", "b", "a"] });
    const rows = await listAdministrators(db);
    expect(rows.map(({ account }) => account)).toEqual(["a", "b"]);
    expect(rows[0]?.user_id).toBe("imAdmin");
    expect(rows[1]?.user_id).toMatch(/^[1-9]\d{9}$/);
  });

  test("with the password that everybody knows are warned about at every start, and open nothing from elsewhere", async () => {
    await using storage = await open();
    await start(storage);
    const { signIn, warnings, own, change } = await start(storage, {
      isExposed: true,
    });
    expect(warnings).toHaveLength(1);
    expect(signIn("chatAdmin", "chatAdmin", "203.0.113.9")).rejects.toEqual(
      refusal(1002),
    );
    await signIn("chatAdmin", "chatAdmin");
    await change(own, { password: toSent("better1") });
    await signIn("chatAdmin", "better1", "203.0.113.9");
    // A name may make a good password a known one.
    await change(own, { account: "better1" });
    expect(signIn("better1", "better1", "203.0.113.9")).rejects.toEqual(
      refusal(1002),
    );
  });
});

forEachEngine("administrators", (open) => {
  test("of level 80 change neither administrators nor their own level", async () => {
    await using storage = await open();
    const { administrators, add, change, db } = await start(storage);
    const sub = await add("sub");
    const newcomer = { account: "c", password: "p", faceURL: "", nickname: "" };
    for (const ask of [
      () => administrators.add(sub.userID, newcomer),
      () => administrators.remove(sub.userID, [sub.userID]),
      () => administrators.search(sub.userID, page),
      () => change(sub, { level: 100 }),
    ])
      expect(ask()).rejects.toEqual(refusal(1002));
    await change(sub, { level: 80, nickname: "Sub" });
    expect(await findAdministrator(db, "account", "sub")).toMatchObject({
      level: 80,
      nickname: "Sub",
    });
  });

  test("of level 100 never are none", async () => {
    await using storage = await open();
    const { administrators, change, own, db } = await start(storage, {
      accounts: ["chatAdmin", "other"],
    });
    expect(change(own, { level: 90 })).rejects.toEqual(refusal(1001));
    expect(administrators.remove("imAdmin", ["imAdmin"])).rejects.toEqual(
      refusal(1002),
    );
    await change(own, { level: 80 });
    const other = await findAdministrator(db, "account", "other");
    const last = { userID: other?.user_id ?? "", token: "t", address: "" };
    expect(change(last, { level: 80 })).rejects.toEqual(refusal(1002));
  });

  test("are removed all or none, with their tokens", async () => {
    await using storage = await open();
    const { administrators, add, revoked } = await start(storage);
    const one = await add("one");
    expect(
      administrators.remove("imAdmin", [one.userID, "nobody"]),
    ).rejects.toEqual(refusal(1004));
    expect(
      administrators.remove("imAdmin", [one.userID, one.userID]),
    ).rejects.toEqual(refusal(1001));
    expect(revoked).toEqual([]);
    await administrators.remove("imAdmin", [one.userID]);
    expect(revoked).toEqual([`${one.userID} but none`]);
    expect(administrators.get(one.userID)).rejects.toEqual(refusal(1004));
  });

  test("who are removed while their password is verified get no token", async () => {
    await using storage = await open();
    const { administrators, add, signIn, meanwhile } = await start(storage);
    const sub = await add("sub");
    meanwhile.push(() => administrators.remove("imAdmin", [sub.userID]));
    expect(signIn("sub", "secret1")).rejects.toEqual(refusal(20002));
  });

  test("who change a password end every other session of its owner", async () => {
    await using storage = await open();
    const { administrators, add, signIn, own, change, revoked } =
      await start(storage);
    const sub = await add("sub");
    const wanted = {
      userID: sub.userID,
      currentPassword: toSent("secret1"),
      newPassword: toSent("secret2"),
    };
    await administrators.changePassword(own, wanted);
    expect(administrators.changePassword(own, wanted)).rejects.toEqual(
      refusal(500),
    );
    await signIn("sub", "secret2");
    await change(sub, { password: toSent("secret3") });
    expect(revoked).toEqual([
      `${sub.userID} but none`,
      `${sub.userID} but ${sub.token}`,
    ]);
  });

  test("who try passwords are counted, at whatever route", async () => {
    await using storage = await open();
    const { administrators, add, signIn, guessed } = await start(storage);
    const sub = await add("sub");
    expect(signIn("sub", "wrong")).rejects.toEqual(refusal(20001));
    expect(signIn("nobody", "wrong")).rejects.toEqual(refusal(20002));
    const wanted = {
      userID: sub.userID,
      currentPassword: "wrong",
      newPassword: "p",
    };
    expect(administrators.changePassword(sub, wanted)).rejects.toEqual(
      refusal(500),
    );
    expect(guessed).toEqual([
      "administrator sub from 127.0.0.1",
      "administrator nobody from 127.0.0.1",
      "administrator sub from 10.0.0.1",
    ]);
  });

  test("have names of their own", async () => {
    await using storage = await open();
    const { add, change, own } = await start(storage);
    await add("sub");
    expect(add("sub")).rejects.toEqual(refusal(1003));
    expect(change(own, { account: "sub" })).rejects.toEqual(refusal(1003));
    await change(own, { account: "chatAdmin" });
  });

  test("have no empty name or password, and change something", async () => {
    await using storage = await open();
    const { change, own } = await start(storage);
    for (const bad of [{}, { account: "" }, { password: "" }, { nickname: "" }])
      expect(change(own, bad)).rejects.toEqual(refusal(1001));
    await change(own, { faceURL: "" });
  });

  test("rename the IM administrator only where they are it", async () => {
    await using storage = await open();
    const { add, change, own, profiles } = await start(storage);
    const sub = await add("sub");
    await change(sub, { nickname: "Not me" });
    await change(own, { nickname: "Chief" });
    expect(profiles).toEqual([
      { userID: "imAdmin", nickname: "Chief", faceURL: "" },
    ]);
  });

  test("are listed from the newest, those of level 80 alone", async () => {
    await using storage = await open();
    const { add, administrators } = await start(storage);
    await add("one");
    await add("two");
    const { total, rows } = await administrators.search("imAdmin", page);
    expect(total).toBe(2);
    expect(rows.map(({ account }) => account)).toEqual(["two", "one"]);
  });
});
