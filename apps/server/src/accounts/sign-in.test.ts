import { expect, test } from "bun:test";

import { errors } from "@parley/protocol/errors";

import { forEachEngine } from "../../testing/storage/engines.ts";
import { deleteAccount } from "./store.ts";
import { createMailbox, openPeople } from "../../testing/accounts/people.ts";

const phone = { areaCode: "+86", phoneNumber: "13800000000" };
const code = (code: number) =>
  expect.objectContaining({ code }) as unknown as Error;

forEachEngine("signing in", (open) => {
  test("works by the account alone, which OpenIM refuses", async () => {
    await using storage = await open();
    const { register, signIn } = openPeople(storage);
    const userID = await register({ ...phone, account: "al" });
    expect(await signIn({ account: "al", password: "secret" })).toMatchObject({
      userID,
      imToken: `token of ${userID}`,
    });
  });

  test("is recorded, with where from and with what", async () => {
    await using storage = await open();
    const { register, signIn, clock } = openPeople(storage);
    const userID = await register(phone);
    await signIn({ ...phone, password: "secret", deviceID: "d" }, "9.9.9.9");
    expect(
      await storage.db
        .selectFrom("login_records")
        .select(["user_id", "login_time", "ip", "device_id", "platform"])
        .execute(),
    ).toEqual([
      {
        user_id: userID,
        login_time: clock.ms,
        ip: "9.9.9.9",
        device_id: "d",
        platform: "Web",
      },
    ]);
  });

  test("a code for one's own phone does not open the account of another", async () => {
    await using storage = await open();
    const { channels, newest } = createMailbox();
    const { registration, codes, signIn } = openPeople(storage, { channels });
    await registration.add(
      "op",
      ["al", "bo"].map((account, i) => ({
        user: {
          userID: "",
          nickname: account,
          faceURL: "",
          birth: 0,
          gender: 0,
          areaCode: "+86",
          phoneNumber: String(i),
          email: `${account}@example.com`,
          account,
          password: "secret",
          RegisterType: 0,
        },
        address: "",
        deviceID: "",
        platformID: 10,
      })),
    );
    const from = { neighborhood: undefined, platform: "" };
    const bos = { type: 1, credential: "+86 1" };
    await codes.send(bos, from);
    const verifyCode = newest("+86 1");
    await expect(
      signIn({
        account: "al",
        areaCode: "+86",
        phoneNumber: "1",
        verifyCode,
      }),
    ).rejects.toEqual(code(20007));
    // The same, with the address of another beside one's own.
    await expect(
      signIn({
        areaCode: "+86",
        phoneNumber: "0",
        email: "bo@example.com",
        verifyCode,
      }),
    ).rejects.toEqual(code(20007));
    await signIn({ account: "bo", verifyCode });
    // Used up.
    await expect(signIn({ account: "bo", verifyCode })).rejects.toEqual(
      code(20007),
    );
  });

  test("one code signs one in, however many try it at once", async () => {
    await using storage = await open();
    const { channels, newest } = createMailbox();
    const { registration, codes, signIn } = openPeople(storage, { channels });
    await registration.register("op", {
      user: {
        userID: "",
        nickname: "Al",
        faceURL: "",
        birth: 0,
        gender: 0,
        ...phone,
        email: "",
        account: "",
        password: "",
        RegisterType: 0,
      },
      address: "",
      deviceID: "",
      platformID: 5,
      isByAdministrator: true,
      verifyCode: "",
      invitationCode: "",
    });
    await codes.send(
      { type: 1, credential: "+86 13800000000" },
      { neighborhood: undefined, platform: "" },
    );
    const verifyCode = newest("+86 13800000000");
    const all = await Promise.allSettled(
      Array.from({ length: 5 }, () => signIn({ ...phone, verifyCode })),
    );
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("waits after too many wrong passwords, also for the right one", async () => {
    await using storage = await open();
    const { register, signIn, clock } = openPeople(storage);
    await register(phone);
    const right = { ...phone, password: "secret" };
    const wrong = { ...phone, password: "guess" };
    for (let tries = 0; tries < 3; tries++)
      await expect(signIn(wrong)).rejects.toEqual(code(20001));
    await expect(signIn(right)).rejects.toEqual(code(20012));
    await expect(signIn(right, "5.6.7.8")).rejects.toEqual(code(20012));
    clock.ms += 300_000;
    await signIn(right);
  });

  test("a stranger's wrong passwords kept the owner out, at home and on their own device", async () => {
    await using storage = await open();
    const { register, signIn, clock } = openPeople(storage, {
      neighborhoodOf: (address) =>
        address.startsWith("10.") ? undefined : address,
    });
    await register(phone);
    const right = { ...phone, password: "secret" };
    const wrong = { ...phone, password: "guess" };
    await signIn({ ...right, deviceID: "own" }, "1.1.1.1");
    for (let tries = 0; tries < 3; tries++)
      await expect(signIn(wrong, "6.6.6.6")).rejects.toEqual(code(20001));
    await expect(signIn(right, "6.6.6.6")).rejects.toEqual(code(20012));
    await expect(signIn(right, "2.2.2.2")).rejects.toEqual(code(20012));
    await signIn(right, "1.1.1.1");
    await signIn({ ...right, deviceID: "own" }, "2.2.2.2");
    // From there, too, no more may be wrong than elsewhere.
    for (let tries = 0; tries < 3; tries++)
      await expect(signIn(wrong, "1.1.1.1")).rejects.toEqual(code(20001));
    await expect(signIn(right, "1.1.1.1")).rejects.toEqual(code(20012));
    await signIn({ ...right, deviceID: "own" }, "10.0.0.1");
    // It is known after a restart as well.
    clock.ms += 86_400_000;
    const restarted = openPeople(storage);
    restarted.clock.ms = clock.ms;
    for (let tries = 0; tries < 3; tries++)
      await expect(restarted.signIn(wrong, "6.6.6.6")).rejects.toEqual(
        code(20001),
      );
    await expect(restarted.signIn(right, "7.7.7.7")).rejects.toEqual(
      code(20012),
    );
    await restarted.signIn(right, "1.1.1.1");
  });

  test("wrong passwords were counted, but each next guess was answered as quickly", async () => {
    await using storage = await open();
    const { register, signIn, waited } = openPeople(storage);
    await register(phone);
    await signIn({ ...phone, password: "secret" });
    expect(waited).toEqual([]);
    for (let tries = 0; tries < 3; tries++)
      await expect(
        signIn({ ...phone, password: "guess" }, "6.6.6.6"),
      ).rejects.toEqual(code(20001));
    expect(waited).toEqual([100, 200]);
    await signIn({ ...phone, password: "secret" });
    expect(waited).toEqual([100, 200]);
  });

  test("many guesses at once are no more than the limit", async () => {
    await using storage = await open();
    const { register, signIn } = openPeople(storage);
    await register(phone);
    const all = await Promise.allSettled(
      Array.from({ length: 12 }, (_, i) =>
        signIn({ ...phone, password: `guess ${i}` }),
      ),
    );
    const codes = all.map((each) =>
      each.status === "rejected" ? (each.reason as { code: number }).code : 0,
    );
    expect(codes.filter((each) => each === 20001)).toHaveLength(3);
    expect(codes.filter((each) => each === 20012)).toHaveLength(9);
  });

  test("many who know the password come in at once", async () => {
    await using storage = await open();
    const { register, signIn } = openPeople(storage);
    await register(phone);
    await Promise.all(
      Array.from({ length: 12 }, () =>
        signIn({ ...phone, password: "secret" }),
      ),
    );
  });

  test("an address that guesses at one account after another waits", async () => {
    await using storage = await open();
    const { signIn } = openPeople(storage);
    for (let tries = 0; tries < 5; tries++)
      await expect(
        signIn({ account: `nobody${tries}`, password: "x" }),
      ).rejects.toEqual(code(20002));
    await expect(signIn({ account: "nobody", password: "x" })).rejects.toEqual(
      code(20012),
    );
    await expect(
      signIn({ account: "nobody", password: "x" }, "5.6.7.8"),
    ).rejects.toEqual(code(20002));
  });

  test("addresses of many people are not counted", async () => {
    await using storage = await open();
    const { signIn } = openPeople(storage, {
      neighborhoodOf: () => undefined,
    });
    for (let tries = 0; tries < 7; tries++)
      await expect(
        signIn({ account: `nobody${tries}`, password: "x" }),
      ).rejects.toEqual(code(20002));
  });

  test("whoever is blocked while they sign in is signed out again", async () => {
    await using storage = await open();
    let asked = 0;
    const { register, signIn, im } = openPeople(storage, {
      admission: {
        requireMayLogin() {
          return ++asked === 1
            ? Promise.resolve()
            : Promise.reject(errors.forbidden());
        },
      },
    });
    const userID = await register(phone);
    await expect(signIn({ ...phone, password: "secret" })).rejects.toEqual(
      code(20012),
    );
    expect(im.signedOut).toEqual([userID]);
  });

  test("a blocked user's token opens nothing, even if it was issued late", async () => {
    await using storage = await open();
    const { tokens } = openPeople(storage);
    const token = await tokens.issue("al", 1);
    expect(await tokens.authenticate(token)).toMatchObject({ userID: "al" });
    await storage.transact(({ db }) =>
      db
        .insertInto("blocked_accounts")
        .values({
          user_id: "al",
          reason: "",
          operator_user_id: "",
          create_time: 0,
        })
        .execute(),
    );
    await expect(tokens.authenticate(token)).rejects.toEqual(code(20101));
  });

  test("a password that was changed while it was verified opens nothing", async () => {
    await using storage = await open();
    let change: (() => Promise<void>) | undefined;
    const people = openPeople(storage, {
      admission: {
        async requireMayLogin() {
          await change?.();
        },
      },
    });
    const userID = await people.register(phone);
    change = async () => {
      change = undefined;
      await people.passwordChanges.reset({
        ...phone,
        email: "",
        verifyCode: "666666",
        password: "other",
        platform: 5,
      });
    };
    await expect(
      people.signIn({ ...phone, password: "secret" }),
    ).rejects.toEqual(code(20001));
    expect(await people.signIn({ ...phone, password: "other" })).toMatchObject({
      userID,
    });
  });

  test("who is signed out everywhere while they sign in is signed out of that, too", async () => {
    await using storage = await open();
    const { register, signIn, tokens, im } = openPeople(storage);
    const userID = await register(phone);
    const userToken = im.server.userToken;
    im.server.userToken = async (...args) => {
      await storage.transact((tx) => tokens.revoke(tx, userID));
      return userToken(...args);
    };
    await expect(signIn({ ...phone, password: "secret" })).rejects.toEqual(
      code(20101),
    );
    expect(im.signedOut).toEqual([userID]);
  });

  test("leaves nothing of somebody who is deleted while they sign in with a code", async () => {
    await using storage = await open();
    const { register, signIn, tokens } = openPeople(storage);
    const { issue } = tokens;
    tokens.issue = async (userID, ...more) => {
      await storage.transact((tx) => deleteAccount(tx, userID));
      return issue(userID, ...more);
    };
    await register(phone);
    await expect(signIn({ ...phone, verifyCode: "666666" })).rejects.toEqual(
      code(20002),
    );
    for (const table of ["account_tokens", "login_records"] as const)
      expect(await storage.db.selectFrom(table).selectAll().execute()).toEqual(
        [],
      );
  });
});
