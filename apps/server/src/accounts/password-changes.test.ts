import { expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import { findAccount, setCredential } from "./store.ts";
import {
  createMailbox,
  newcomer,
  openPeople,
} from "../../testing/accounts/people.ts";

const phone = { areaCode: "+86", phoneNumber: "13800000000" };
const code = (code: number) =>
  expect.objectContaining({ code }) as unknown as Error;

forEachEngine("a new password", (open) => {
  const change = (userID: string, currentPassword: string) => ({
    userID,
    currentPassword,
    newPassword: "other",
    platform: 5,
  });
  const call = (userID: string) => ({
    cause: {
      actor: { userID, platformID: 5, isAdmin: false },
      operationID: "op",
    },
    address: "1.2.3.4",
  });

  test("that a user sets ends all of their sessions", async () => {
    await using storage = await open();
    const { register, signIn, passwordChanges, tokens, im } =
      openPeople(storage);
    const userID = await register(phone);
    const { chatToken } = await signIn({ ...phone, password: "secret" });
    await passwordChanges.change(call(userID), change(userID, "secret"));
    await expect(tokens.authenticate(chatToken)).rejects.toEqual(code(20101));
    expect(im.signedOut).toEqual([userID]);
    await expect(signIn({ ...phone, password: "secret" })).rejects.toEqual(
      code(20001),
    );
    await signIn({ ...phone, password: "other" });
  });

  test("is not found by trying current ones, by whoever holds a token", async () => {
    await using storage = await open();
    const { register, passwordChanges } = openPeople(storage);
    const userID = await register(phone);
    const attempt = (current: string) =>
      passwordChanges.change(call(userID), change(userID, current));
    for (let tries = 0; tries < 3; tries++)
      await expect(attempt(`guess ${tries}`)).rejects.toEqual(code(1002));
    await expect(attempt("secret")).rejects.toEqual(code(20012));
  });

  test("is no business of another user", async () => {
    await using storage = await open();
    const { register, passwordChanges } = openPeople(storage);
    const userID = await register(phone);
    await expect(
      passwordChanges.change(call("bo"), change(userID, "secret")),
    ).rejects.toEqual(code(1002));
  });

  test("does not undo one that was set by a code while the old one was verified", async () => {
    await using storage = await open();
    const { register, signIn, passwordChanges, passwords } =
      openPeople(storage);
    const userID = await register(phone);
    const { hash } = passwords;
    passwords.hash = async (password) => {
      passwords.hash = hash;
      await passwordChanges.reset({
        ...phone,
        email: "",
        verifyCode: "666666",
        password: "by code",
        platform: 5,
      });
      return hash(password);
    };
    await expect(
      passwordChanges.change(call(userID), change(userID, "secret")),
    ).rejects.toEqual(code(1002));
    await signIn({ ...phone, password: "by code" });
  });

  test("by a code is refused to who loses the phone meanwhile", async () => {
    await using storage = await open();
    const { register, passwordChanges, passwords } = openPeople(storage);
    const userID = await register(phone);
    const { hash } = passwords;
    passwords.hash = async (password) => {
      await storage.transact((tx) =>
        setCredential(tx, { userID, type: 1, credential: "" }),
      );
      return hash(password);
    };
    await expect(
      passwordChanges.reset({
        ...phone,
        email: "",
        verifyCode: "666666",
        password: "other",
        platform: 5,
      }),
    ).rejects.toEqual(code(1004));
    const account = await findAccount(storage.db, userID);
    expect(await passwords.verify("secret", account?.password)).toBe(true);
  });

  test("by a code takes the code away", async () => {
    await using storage = await open();
    const { channels, newest } = createMailbox();
    const { registration, codes, passwordChanges, signIn } = openPeople(
      storage,
      { channels },
    );
    await registration.add("op", [
      {
        user: newcomer({ email: "al@example.com" }),
        address: "",
        deviceID: "",
        platformID: 10,
      },
    ]);
    const way = { type: 2, credential: "al@example.com" };
    await codes.send(way, { neighborhood: undefined, platform: "" });
    const reset = (password: string) =>
      passwordChanges.reset({
        areaCode: "",
        phoneNumber: "",
        email: "al@example.com",
        verifyCode: newest("al@example.com"),
        password,
        platform: 5,
      });
    await reset("one");
    await expect(reset("two")).rejects.toEqual(code(20007));
    await signIn({ email: "al@example.com", password: "one" });
  });
});
