import { expect, test } from "bun:test";

import { errors } from "@parley/protocol/errors";

import { forEachEngine } from "../../testing/storage/engines.ts";

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

  test("was a raw error in any table, whoever forgot to look first", async () => {
    await using storage = await open();
    const refused: Record<string, unknown> = {};
    for (const table of await storage.db.introspection.getTables()) {
      if (table.isView || isOfEngine(table.name)) continue;
      const row = Object.fromEntries(
        table.columns
          .filter(({ isAutoIncrementing }) => !isAutoIncrementing)
          .map(({ name, dataType }) => [name, valueOf(dataType)]),
      );
      const insert = () =>
        storage.transact(async ({ db }) => {
          await db
            .insertInto(table.name as "users")
            .values(row as never)
            .execute();
        });
      await insert();
      await insert().catch((error: unknown) => {
        refused[table.name] = (error as { code: unknown }).code;
      });
    }
    const { users, accounts, credentials, groups, ...others } = refused;
    expect({ users, accounts, credentials, groups }).toEqual({
      users: errors.registeredAlready().code,
      accounts: errors.accountRegistered().code,
      credentials: errors.accountRegistered().code,
      groups: errors.groupIDExisted().code,
    });
    expect(Object.keys(others).length).toBeGreaterThan(35);
    expect(new Set(Object.values(others))).toEqual(
      new Set([errors.duplicateKey().code]),
    );
  });
});

/** SQLite keeps its index of texts, and Kysely what it migrated, in tables. */
const isOfEngine = (table: string): boolean =>
  /_text(_|$)|^kysely_|^sqlite_/.test(table);

const valueOf = (dataType: string): unknown =>
  /text|char/i.test(dataType)
    ? "x"
    : /blob|bytea/i.test(dataType)
      ? Buffer.from("x")
      : /timestamp/i.test(dataType)
        ? "2026-01-01T00:00:00Z"
        : 1;
