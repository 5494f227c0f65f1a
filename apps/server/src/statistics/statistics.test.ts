import { describe, expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { countActivity, rank } from "./activity.ts";
import { countGrowth } from "./growth.ts";
import { statisticsRoutes } from "./routes.ts";
import { createStatistics } from "./statistics.ts";

const day = 86_400_000;
const hour = 3_600_000;
const newYear = Date.UTC(2024, 0, 1);
const kinds = { single: 1, inGroups: 2, ofGroup: 3 };
const all = { offset: 0, limit: 100 };

/** Counts of messages, as the log leaves them. */
async function sent(
  { transact }: TestStorage,
  ...counts: [kind: number, time: number, id: string, count: number][]
) {
  await transact(({ db }) =>
    db
      .insertInto("message_counts")
      .values(
        counts.map(([kind, time, id, count]) => ({
          kind,
          hour: Math.floor(time / hour),
          id,
          count,
        })),
      )
      .execute(),
  );
}

async function register({ transact }: TestStorage, ...times: number[]) {
  await transact(({ db }) =>
    db
      .insertInto("users")
      .values(
        times.map((create_time, i) => ({
          user_id: `u${i}`,
          nickname: "",
          face_url: "",
          ex: "",
          create_time,
          app_manger_level: 0,
          global_recv_msg_opt: 0,
        })),
      )
      .execute(),
  );
}

function serve({ db }: TestStorage) {
  const statistics = createStatistics({
    db,
    kinds,
    countNewMessages: async () => undefined,
  });
  const routes = new Map(
    statisticsRoutes({
      statistics,
      listUsers: async () => [],
      listGroups: async () => [],
    }).map((each) => [each.method.path, each]),
  );
  return async (path: string, body: object, isAdmin = true): Promise<unknown> =>
    JSON.parse(
      (await routes.get(`/statistics/${path}`)!.answer(
        {
          cause: {
            actor: { userID: "x", platformID: 1, isAdmin },
            operationID: "op",
          },
          address: "",
          headers: new Headers(),
          query: new URLSearchParams(),
        },
        JSON.stringify(body),
      ))!,
    );
}

const pagination = { pageNumber: 1, showNumber: 10 };

forEachEngine("statistics", (open) => {
  test("users are counted by the day they were made", async () => {
    await using storage = await open();
    await register(
      storage,
      -62_135_596_800_000,
      newYear - 1,
      newYear,
      newYear + day - 1,
      newYear + 2 * day,
    );

    const span = { start: newYear, end: newYear + 2 * day };
    expect(await countGrowth(storage.db, "users", span)).toEqual({
      total: 5,
      before: 1,
      count: { "2024-01-01": 2 },
    });
    const later = { start: newYear, end: Number.MAX_SAFE_INTEGER };
    expect(await countGrowth(storage.db, "users", later)).toMatchObject({
      count: { "2024-01-01": 2, "2024-01-03": 1 },
    });
    expect(await countGrowth(storage.db, "groups", span)).toEqual({
      total: 0,
      before: 0,
      count: {},
    });
  });

  test("messages are summed over the hours of a span, however it is read", async () => {
    await using storage = await open();
    await sent(
      storage,
      [1, newYear - hour, "ann", 100],
      [1, newYear, "ann", 1],
      [1, newYear, "bob", 2],
      [1, newYear + day, "ann", 4],
      [1, newYear + day + hour, "eve", 8],
      [1, newYear + 2 * day, "ann", 100],
      [2, newYear, "ann", 50],
    );
    const query = {
      kinds: [1],
      start: newYear,
      end: newYear + 2 * day,
      ascending: false,
      page: all,
    };
    const expected = {
      messages: 15,
      days: { "2024-01-01": 3, "2024-01-02": 12 },
      active: 3,
      ranking: [
        { id: "eve", count: 8 },
        { id: "ann", count: 5 },
        { id: "bob", count: 2 },
      ],
    };
    for (const slice of [1, 2, 3, 4, 100])
      expect(await countActivity(storage.db, query, slice)).toEqual(expected);
  });

  test("users are ranked with their messages in groups if asked", async () => {
    await using storage = await open();
    await sent(
      storage,
      [1, newYear, "ann", 1],
      [1, newYear, "bob", 2],
      [2, newYear, "ann", 5],
      [3, newYear, "g", 5],
    );
    const post = serve(storage);
    const span = { start: newYear, end: newYear + 1, pagination };

    expect(await post("user/active", span)).toMatchObject({
      msgCount: 3,
      userCount: 2,
      dateCount: { "2024-01-01": 3 },
      users: [
        { user: { userID: "bob", nickname: "bob" }, count: 2 },
        { user: { userID: "ann" }, count: 1 },
      ],
    });
    expect(
      await post("user/active", { ...span, group: true, ase: true }),
    ).toMatchObject({
      msgCount: 8,
      users: [{ user: { userID: "bob" } }, { count: 6 }],
    });
    expect(await post("group/active", span)).toMatchObject({
      msgCount: 5,
      groupCount: 1,
      groups: [{ group: { groupID: "g", groupName: "g" }, count: 5 }],
    });
  });

  test("pages follow one another, none begins within the last", async () => {
    await using storage = await open();
    for (const [i, id] of ["a", "b", "c", "d", "e"].entries())
      await sent(storage, [1, newYear, id, 10 - i]);
    const post = serve(storage);
    const page = async (pageNumber: number) => {
      const { users } = (await post("user/active", {
        start: newYear,
        end: newYear + 1,
        pagination: { pageNumber, showNumber: 2 },
      })) as { users: { user: { userID: string } }[] | null };
      return users?.map(({ user }) => user.userID) ?? null;
    };

    expect(await page(1)).toEqual(["a", "b"]);
    expect(await page(2)).toEqual(["c", "d"]);
    expect(await page(3)).toEqual(["e"]);
    expect(await page(4)).toBeNull();
  });

  test("times that are none are no trouble", async () => {
    await using storage = await open();
    await sent(storage, [1, newYear, "ann", 1]);
    const post = serve(storage);
    const count = async (start: number, end: number) =>
      (
        (await post("user/active", { start, end, pagination })) as {
          msgCount: number;
        }
      ).msgCount;

    expect(await count(-1e18, 1e18)).toBe(1);
    expect(await count(1e18, -1e18)).toBe(0);
    expect(await count(0, 0)).toBe(0);
  });

  test("what is not as it must be is refused", async () => {
    await using storage = await open();
    const post = serve(storage);
    const codeOf = (path: string, body: object, isAdmin = true) =>
      post(path, body, isAdmin).then(
        () => 0,
        (error) => (error.refusal ?? error).code as number,
      );

    expect(await codeOf("user/active", { start: 1, end: 2 })).toBe(1001);
    expect(await codeOf("group/active", { start: 1, end: 2 })).toBe(1001);
    for (const path of ["user/register", "group/create"]) {
      expect(await codeOf(path, { start: 1, end: 2 }, false)).toBe(1002);
      expect(await codeOf(path, { start: 2, end: 1 }, false)).toBe(1001);
      expect(await codeOf(path, { start: -2, end: -1 })).toBe(1001);
    }
  });
});

describe("ranking", () => {
  const counts = new Map([
    ["a", 1],
    ["b", 3],
    ["c", 1],
    ["d", 2],
    ["e", 1],
  ]);
  const ids = (ascending: boolean, offset: number, limit: number) =>
    rank(counts, ascending, { offset, limit })
      .map(({ id }) => id)
      .join("");

  test.each([
    [false, 0, 9, "bdace"],
    [true, 0, 9, "acedb"],
    [false, 1, 3, "dac"],
    [true, 3, 2, "db"],
    [true, 5, 2, ""],
    [true, 0, 0, ""],
  ])("ascending %p from %i, %i: %p", (ascending, offset, limit, expected) => {
    expect(ids(ascending, offset, limit)).toBe(expected);
  });
});
