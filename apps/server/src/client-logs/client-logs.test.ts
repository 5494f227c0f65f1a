import { expect, test } from "bun:test";
import { DeleteLogs, UploadLogs } from "@parley/protocol/methods/client-logs";
import type { Method } from "@parley/protocol/method";

import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { createClientLogs } from "./client-logs.ts";
import { clientLogRoutes } from "./routes.ts";

function logsOver({ db, transact }: TestStorage) {
  const clock = { now: 1_700_000_000_000 };
  // Every number twice: the second time it is taken.
  let drawn = 0;
  const logs = createClientLogs({
    db,
    transact,
    listUsers: async (userIDs) =>
      [...new Set(userIDs)]
        .filter((userID) => userID !== "ghost")
        .map((userID) => ({ userID, nickname: `nick-${userID}` })),
    randomDigits: () => String(1_000_000_000 + Math.floor(drawn++ / 2)),
    now: () => clock.now,
  });
  return { clock, logs };
}

const named = (filename: string) => ({
  platform: "IOS",
  filename,
  url: `http://x/${filename}`,
  appFramework: "",
  version: "",
  ex: "",
});

const all = { offset: 0, limit: 10 };
const anybody = { keyword: "", between: null };

forEachEngine("clients' logs", (open) => {
  test("the oldest go when their time is up, a few at a time", async () => {
    await using storage = await open();
    const { clock, logs } = logsOver(storage);
    for (const name of ["one", "two", "three", "four"]) {
      await logs.add("ann", [named(name)]);
      clock.now += 1_000;
    }
    const before = clock.now - 1_000;
    expect(await logs.removeOld(before, 2)).toBe(2);
    expect(await logs.removeOld(before, 2)).toBe(1);
    expect(await logs.removeOld(before, 2)).toBe(0);
    const { logsInfos } = await logs.search(anybody, all);
    expect(logsInfos.map(({ filename }) => filename)).toEqual(["four"]);
  });

  test("the newest come first, each with a number of its own", async () => {
    await using storage = await open();
    const { clock, logs } = logsOver(storage);
    await logs.add("ann", [named("a"), named("b")]);
    clock.now++;
    await logs.add("ghost", [named("c")]);

    const { total, logsInfos } = await logs.search(anybody, all);
    expect(total).toBe(3);
    expect(
      logsInfos.map(({ filename, nickname }) => [filename, nickname]),
    ).toEqual([
      ["c", ""],
      ["b", "nick-ann"],
      ["a", "nick-ann"],
    ]);
    expect(new Set(logsInfos.map(({ logID }) => logID)).size).toBe(3);
    expect(await logs.search(anybody, { offset: 1, limit: 1 })).toMatchObject({
      total: 3,
      logsInfos: [{ filename: "b" }],
    });
  });

  test("a keyword is plain text of the userID, its case counts", async () => {
    await using storage = await open();
    const { logs } = logsOver(storage);
    for (const userID of ["ann", "Ann", "a%n"])
      await logs.add(userID, [named(userID)]);
    const found = async (keyword: string) =>
      (await logs.search({ keyword, between: null }, all)).logsInfos
        .map(({ userID }) => userID)
        .sort();

    expect(await found("nn")).toEqual(["Ann", "ann"]);
    expect(await found("Ann")).toEqual(["Ann"]);
    expect(await found("%")).toEqual(["a%n"]);
    expect(await found("a.n")).toEqual([]);
  });

  test("both ends of a span are included", async () => {
    await using storage = await open();
    const { clock, logs } = logsOver(storage);
    await logs.add("ann", [named("a")]);
    const at = clock.now;
    const count = async (start: number, end: number) =>
      (await logs.search({ keyword: "", between: { start, end } }, all)).total;

    expect(await count(at, at)).toBe(1);
    expect(await count(at + 1, at + 9)).toBe(0);
    expect(await count(0, at - 1)).toBe(0);
  });

  test("one unknown number, and nothing is deleted", async () => {
    await using storage = await open();
    const { logs } = logsOver(storage);
    await logs.add("ann", [named("a"), named("b")]);
    const { logsInfos } = await logs.search(anybody, all);
    const ids = logsInfos.map(({ logID }) => logID);

    await expect(logs.delete([...ids, "0"])).rejects.toMatchObject({
      code: 1004,
    });
    expect(await logs.search(anybody, all)).toMatchObject({ total: 2 });
    await logs.delete([...ids, ...ids]);
    expect(await logs.search(anybody, all)).toMatchObject({ total: 0 });
  });

  test("nothing to upload or to delete is 1001", async () => {
    await using storage = await open();
    const routes = new Map(
      clientLogRoutes(logsOver(storage).logs).map((each) => [
        each.method.path,
        each,
      ]),
    );
    const codeOf = (
      { path }: Pick<Method, "path">,
      body: string,
    ): Promise<number> =>
      routes
        .get(path)!
        .answer(
          {
            cause: {
              actor: { userID: "admin", platformID: 1, isAdmin: true },
              operationID: "op",
            },
            address: "",
            headers: new Headers(),
            query: new URLSearchParams(),
          },
          body,
        )
        .then(
          () => 0,

          (error: any) => (error.refusal ?? error).code,
        );

    expect(await codeOf(UploadLogs, '{"fileURLs":[]}')).toBe(1001);
    expect(await codeOf(UploadLogs, "{}")).toBe(1001);
    expect(await codeOf(DeleteLogs, '{"logIDs":[]}')).toBe(1001);
  });
});
