import { expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import { createAuth } from "./auth.ts";

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 0,
    (error: { code?: number }) => error.code ?? error,
  );

forEachEngine("a replaced token of an administrator", (open) => {
  async function signInTwice() {
    const storage = await open();
    const clock = { now: Date.now() };
    const auth = createAuth({
      ...storage,
      secret: "the secret of a test",
      adminUserIDs: ["admin"],
      expireDays: 90,
      policy: { policy: 1, maxNumOneEnd: 30 },
      levelOf: () => Promise.resolve(2),
      adminSignedIn: () => undefined,
      now: () => clock.now,
    });
    const issue = () => auth.issueAdminToken("the secret of a test", "admin");
    const { token: old } = await issue();
    const { token: fresh } = await issue();
    return {
      auth,
      clock,
      old,
      fresh,
      [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
    };
  }

  test("keeps its five minutes when the new one connects a second time", async () => {
    await using given = await signInTwice();
    const { auth, clock, old, fresh } = given;
    const session = { userID: "admin", token: fresh };
    expect(await auth.takeOver(session, [], () => true)).toBe(true);
    expect(await codeOf(auth.authenticate(old))).toBe(0);
    clock.now += 300_001;
    expect(await codeOf(auth.authenticate(old))).toBe(1507);
    expect(await codeOf(auth.authenticate(fresh))).toBe(0);
  });

  test("has none left when the administrator is forced out", async () => {
    await using given = await signInTwice();
    const { auth, old, fresh } = given;
    await auth.kickTokens("admin", 10);
    expect(await codeOf(auth.authenticate(old))).toBe(1506);
    expect(await codeOf(auth.authenticate(fresh))).toBe(1506);
  });
});
