import { describe, expect, test } from "bun:test";
import { RegisterUserInfo } from "@parley/protocol/chat/shared";
import { UserInfo } from "@parley/protocol/generated/sdkws";
import { UserImportJson } from "@parley/protocol/methods/chat/managed-users";
import { UserRegister } from "@parley/protocol/methods/users";

import { longestTurn } from "../../testing/pace/longest-turn.ts";
import { readUsers } from "./long-body.ts";
import { BindError } from "./route.ts";

const encode = (value: unknown): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(value));

const people = (count: number): RegisterUserInfo[] =>
  Array.from({ length: count }, (_, i) => ({
    ...RegisterUserInfo.create(),
    userID: `person${i}`,
    nickname: `Person ${i} `.padEnd(250, "é"),
    faceURL: `https://example.com/${i}/`.padEnd(1_000, "x"),
    account: `account${i}`,
    password: "0".repeat(32),
  }));

describe("a body of users", () => {
  const users = people(10_000);
  const body = encode({ users });

  test("of 15 MB was read in one turn of a second", async () => {
    let least = Infinity;
    // The first tries compile what they run.
    for (let tries = 0; tries < 6 && least > 50; tries++) {
      const reading = readUsers(UserImportJson, body);
      least = Math.min(least, await longestTurn(reading));
      expect((await reading).length).toBe(users.length);
    }
    expect(body.length).toBeGreaterThan(14_000_000);
    expect(least).toBeLessThanOrEqual(50);
  });

  test("of 15 MB that registers users was read in one turn of a second", async () => {
    const registered = users.map((user) => UserInfo.create(user));
    const body = encode({ users: registered });
    let least = Infinity;
    for (let tries = 0; tries < 6 && least > 50; tries++) {
      const reading = readUsers(UserRegister, body);
      least = Math.min(least, await longestTurn(reading));
      expect(await reading).toEqual(registered);
    }
    expect(least).toBeLessThanOrEqual(50);
  });

  test.each([1, 10_000])("of %i is read as it is", async (count) => {
    const some = users.slice(0, count);
    expect(await readUsers(UserImportJson, encode({ users: some }))).toEqual(
      some,
    );
  });

  test.each([
    ["no JSON", `{"users": [${" ".repeat(200_000)}`],
    ["a number as name", `{"users": [${" ".repeat(200_000)}{"nickname": 5}]}`],
    [
      "too long a name",
      JSON.stringify({ users: [{ nickname: "n".repeat(200_000) }] }),
    ],
  ])(
    "that is large and has %s is refused as a small one is",
    async (_, text) => {
      const refusalOf = (body: string): Promise<unknown> =>
        readUsers(UserImportJson, new TextEncoder().encode(body)).then(
          () => undefined,
          (error: unknown) =>
            error instanceof BindError && [
              error.refusal.code,
              error.refusal.errMsg.slice(0, 60),
              error.status,
            ],
        );
      const refusal = await refusalOf(text);
      expect(refusal).toBeArray();
      const small = text
        .replace(/ {1000,}/, " ")
        .replace(/n{1000,}/, "n".repeat(20_000));
      expect(refusal).toEqual(await refusalOf(small));
    },
  );
});
