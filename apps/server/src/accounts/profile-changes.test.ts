import { expect, test } from "bun:test";

import type { UserUpdateReq } from "@parley/protocol/chat/accounts";

import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { emailWay, phoneWay } from "./login-ways.ts";
import type { Way } from "./login-ways.ts";
import { createMailbox, openPeople } from "../../testing/accounts/people.ts";

const code = (code: number) =>
  expect.objectContaining({ code }) as unknown as Error;

const unchanged: Omit<UserUpdateReq, "userID"> = {
  account: null,
  phoneNumber: null,
  areaCode: null,
  email: null,
  nickname: null,
  faceURL: null,
  gender: null,
  level: null,
  allowAddFriend: null,
  allowBeep: null,
  allowVibration: null,
  globalRecvMsgOpt: null,
  RegisterType: null,
  birth: null,
  verifyCode: null,
};

async function start(
  storage: TestStorage,
  options: Parameters<typeof openPeople>[1] = {},
) {
  const people = openPeople(storage, options);
  const userID = await people.register(
    {
      areaCode: "+86",
      phoneNumber: "1",
      account: "al",
    },
    { isByAdministrator: true },
  );
  return {
    ...people,
    userID,
    update: (change: Partial<UserUpdateReq>, caller = userID) =>
      people.profileChanges.update(
        {
          operationID: "op",
          actor: { userID: caller, platformID: 5, isAdmin: caller === "admin" },
        },
        { ...unchanged, userID, ...change },
      ),
    record: () =>
      storage.db
        .selectFrom("accounts")
        .select(["area_code", "phone_number", "account", "email", "nickname"])
        .where("user_id", "=", userID)
        .executeTakeFirst(),
  };
}

forEachEngine("a profile", (open) => {
  test("took any free phone or address as its own, without a code that was sent there", async () => {
    await using storage = await open();
    const { channels, newest } = createMailbox();
    const phone = { areaCode: "+86", phoneNumber: "138" };
    const { codes, update, record, clock } = await start(storage, { channels });
    const send = (way: Way) =>
      codes.send(way, { neighborhood: undefined, platform: "" });
    const code20006 = code(20006);
    for (const change of [phone, { email: "x@x.com" }])
      await expect(update(change)).rejects.toEqual(code(1001));
    await expect(update({ ...phone, verifyCode: "000000" })).rejects.toEqual(
      code(20007),
    );
    await send(emailWay("mine@x.com"));
    // A code for what is one's own proves nothing of another's.
    const mine = newest("mine@x.com");
    await expect(
      update({ email: "x@x.com", verifyCode: mine }),
    ).rejects.toEqual(code(20007));
    await send(phoneWay("+86", "138"));
    const sent = newest("+86 138");
    const wrong = String((Number(sent) + 1) % 1_000_000).padStart(6, "0");
    await expect(update({ ...phone, verifyCode: wrong })).rejects.toEqual(
      code20006,
    );
    await expect(
      update({ ...phone, email: "mine@x.com", verifyCode: sent }),
    ).rejects.toEqual(code(1001));
    expect(await record()).toMatchObject({ phone_number: "1", email: "" });
    await update({ ...phone, verifyCode: sent });
    await update({ email: "mine@x.com", verifyCode: mine });
    // The user's own address needs no code, and a used code is used up.
    await update({ ...phone, email: "mine@x.com" });
    await expect(
      update({ email: "y@x.com", verifyCode: mine }),
    ).rejects.toEqual(code(20007));
    expect(await record()).toMatchObject({
      phone_number: "138",
      email: "mine@x.com",
    });
    // An administrator may.
    await update({ email: "by@x.com" }, "admin");
    expect(await record()).toMatchObject({ email: "by@x.com" });
    // Guessing is counted, also where nothing changes.
    await send(phoneWay("+86", "139"));
    clock.ms += 1;
    const other = { ...phone, phoneNumber: "139", verifyCode: "x" };
    for (let i = 0; i < 5; i++)
      await expect(update(other)).rejects.toEqual(code20006);
    await expect(
      update({ ...other, verifyCode: newest("+86 139") }),
    ).rejects.toEqual(code(20008));
  });

  test("of nobody gets no way to sign in", async () => {
    await using storage = await open();
    const { update } = await start(storage);
    await expect(
      update({ userID: "gone", account: "ghost" }, "admin"),
    ).rejects.toEqual(code(1001));
    const credentials = await storage.db
      .selectFrom("credentials")
      .selectAll()
      .where("user_id", "=", "gone")
      .execute();
    expect(credentials).toEqual([]);
  });

  test("shows a new phone, which OpenIM forgets", async () => {
    await using storage = await open();
    const { update, record, signIn } = await start(storage);
    await update({ areaCode: "44", phoneNumber: "2" });
    expect(await record()).toMatchObject({
      area_code: "+44",
      phone_number: "2",
    });
    await signIn({ areaCode: "44", phoneNumber: "2", password: "secret" });
    await expect(
      signIn({ areaCode: "+86", phoneNumber: "1", password: "secret" }),
    ).rejects.toEqual(code(20002));
  });

  test("keeps one way to sign in, whatever is taken away at once", async () => {
    await using storage = await open();
    const { update, record } = await start(storage);
    await expect(
      update({ account: "", areaCode: "", phoneNumber: "" }),
    ).rejects.toEqual(code(1001));
    await update({
      account: "",
      areaCode: "",
      phoneNumber: "",
      email: "al@example.com",
    });
    expect(await record()).toMatchObject({
      account: "",
      phone_number: "",
      email: "al@example.com",
    });
    await expect(update({ email: "" })).rejects.toEqual(code(1001));
  });

  test("takes nothing that another has, also when both ask at once", async () => {
    await using storage = await open();
    const { update, register, profileChanges } = await start(storage);
    const bo = await register({ email: "bo@example.com" });
    await expect(update({ email: "bo@example.com" })).rejects.toEqual(
      code(20014),
    );
    const both = await Promise.allSettled([
      update({ account: "wanted" }),
      profileChanges.update(
        {
          operationID: "op",
          actor: { userID: bo, platformID: 5, isAdmin: false },
        },
        { ...unchanged, userID: bo, account: "wanted" },
      ),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([
      "fulfilled",
      "rejected",
    ]);
    const [refused] = both.flatMap((each) =>
      each.status === "rejected" ? [each.reason as { code: number }] : [],
    );
    expect(refused?.code).toBe(20004);
  });

  test("is changed by its user and by administrators", async () => {
    await using storage = await open();
    const { update, record } = await start(storage);
    await expect(update({ nickname: "x" }, "bo")).rejects.toEqual(code(1002));
    await expect(update({ RegisterType: 1 })).rejects.toEqual(code(1002));
    await update({ nickname: "By admin", RegisterType: 1 }, "admin");
    expect(await record()).toMatchObject({ nickname: "By admin" });
  });

  test("tells the IM server a new name and picture, and nothing to keep", async () => {
    await using storage = await open();
    const { update, im, userID } = await start(storage);
    await update({ nickname: "New" });
    await update({ gender: 1 });
    expect(im.profiles).toEqual([
      { userID, nickname: "New", faceURL: "" },
      { userID, nickname: "", faceURL: "" },
    ]);
  });

  test("has no texts that nobody means", async () => {
    await using storage = await open();
    const { update } = await start(storage);
    for (const change of [
      { nickname: "" },
      { account: "a b" },
      { email: "bad" },
      { areaCode: "+86" },
      { phoneNumber: "1" },
      { areaCode: "", phoneNumber: "1" },
      { areaCode: "+86", phoneNumber: "x" },
    ])
      await expect(update(change)).rejects.toEqual(code(1001));
  });
});
