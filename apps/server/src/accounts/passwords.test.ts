import { expect, test } from "bun:test";

import { createPasswords } from "./passwords.ts";

// md5 in hex, which is what the front ends send (docs/wire/accounts.md#credentials).
const sent = "0f8a25b9c3b9ef3b3ff67d0d84db5a8c";

test("a password is stored as argon2id with a salt of its own", async () => {
  const passwords = createPasswords();
  const [one, two] = await Promise.all([
    passwords.hash(sent),
    passwords.hash(sent),
  ]);
  expect(one).toStartWith("$argon2id$");
  expect(one).not.toContain(sent);
  expect(one).not.toBe(two);
});

test("only the very text that was sent before is right", async () => {
  const passwords = createPasswords();
  const stored = await passwords.hash(sent);
  expect(await passwords.verify(sent, stored)).toBe(true);
  expect(await passwords.verify(sent.toUpperCase(), stored)).toBe(false);
  expect(await passwords.verify("", stored)).toBe(false);
});

test("no password is right for an account that does not exist", async () => {
  const passwords = createPasswords();
  expect(await passwords.verify(sent, undefined)).toBe(false);
  expect(await passwords.verify("", undefined)).toBe(false);
});

test("who registered without a password has none that is right", async () => {
  const passwords = createPasswords();
  const stored = await passwords.hash("");
  expect(await passwords.verify("", stored)).toBe(false);
  expect(await passwords.verify(" ", stored)).toBe(false);
  expect(await passwords.verify(sent, stored)).toBe(false);
});
