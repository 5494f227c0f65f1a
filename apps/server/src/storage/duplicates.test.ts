import { expect, test } from "bun:test";

import { errors } from "@parley/protocol/errors";

import { forEachEngine } from "./test-engines.ts";

forEachEngine("what somebody else was quicker with", (open) => {
  test("was a raw error of the database, and is the contract's", async () => {
    await using storage = await open();
    const insert = {
      credentials: () =>
        storage.transact(({ db }) =>
          db
            .insertInto("credentials")
            .values({ credential: "x@x.com", type: 2, user_id: "ann" })
            .execute(),
        ),
      invitation_codes: () =>
        storage.transact(({ db }) =>
          db
            .insertInto("invitation_codes")
            .values({ code: "abc", used_user_id: "", create_time: 0 })
            .execute(),
        ),
      sign_in_places: () =>
        storage.transact(({ db }) =>
          db
            .insertInto("sign_in_places")
            .values({ account: "ann", place: "here", time: 0 })
            .execute(),
        ),
    };
    const expected = {
      credentials: errors.accountRegistered().code,
      invitation_codes: errors.duplicateKey().code,
      sign_in_places: errors.duplicateKey().code,
    };
    for (const [table, work] of Object.entries(insert)) {
      const ended = await Promise.allSettled([work(), work(), work()]);
      expect(
        ended.map((each) =>
          each.status === "rejected"
            ? (each.reason as { code: unknown }).code
            : 0,
        ),
      ).toEqual([
        0,
        ...Array<number>(2).fill(expected[table as keyof typeof expected]),
      ]);
    }
  });
});
