import { expect, test } from "bun:test";

import { forEachEngine } from "../storage/test-engines.ts";
import type { TestStorage } from "../storage/test-engines.ts";
import { friendRoutes } from "./routes.ts";
import { openFriends, start } from "./test-friends.ts";

/** A server of nothing but friends: root, ann, bob, cat and dan. */
function serve(storage: TestStorage) {
  const opened = openFriends(storage);
  const routes = new Map(
    friendRoutes(opened).map((route) => [route.method.path, route]),
  );

  /** Answers data, or throws what the client would be told. */
  async function post(as: string, path: string, body: object): Promise<any> {
    const data = await routes
      .get(path)!
      .answer(
        {
          operationID: "op",
          actor: { userID: as, platformID: 1, isAdmin: as === "root" },
          address: "",
          headers: new Headers(),
          query: new URLSearchParams(),
        },
        JSON.stringify(body),
      )
      .catch((error: any) => {
        throw error.refusal ?? error;
      });
    return data === undefined ? undefined : JSON.parse(data);
  }

  const codeOf = (as: string, path: string, body: object): Promise<number> =>
    post(as, path, body).then(
      () => 0,
      ({ code }: { code: number }) => code,
    );

  return { ...opened, post, codeOf, paths: [...routes.keys()] };
}

const pagination = { pageNumber: 1, showNumber: 20 };
const since = { versionID: "", version: 0 };

/** Requests about data of ann, or of bob and ann. */
const requests: [path: string, body: object, isForBobToo?: boolean][] = [
  ["/friend/get_friend_list", { userID: "ann", pagination }],
  [
    "/friend/get_designated_friends",
    { ownerUserID: "ann", friendUserIDs: ["bob"] },
  ],
  ["/friend/get_friend_id", { userID: "ann" }],
  [
    "/friend/get_specified_friends_info",
    { ownerUserID: "ann", userIDList: ["bob"] },
  ],
  ["/friend/is_friend", { userID1: "ann", userID2: "bob" }, true],
  ["/friend/get_incremental_friends", { userID: "ann", ...since }],
  ["/friend/get_full_friend_user_ids", { userID: "ann", idHash: 0 }],
  ["/friend/get_incremental_blacks", { userID: "ann", ...since }],
  [
    "/friend/set_friend_remark",
    { ownerUserID: "ann", friendUserID: "bob", remark: "B" },
  ],
  [
    "/friend/update_friends",
    { ownerUserID: "ann", friendUserIDs: ["bob"], isPinned: true },
  ],
  ["/friend/delete_friend", { ownerUserID: "ann", friendUserID: "bob" }],
  ["/friend/add_friend", { fromUserID: "ann", toUserID: "cat" }],
  [
    "/friend/add_friend_response",
    { fromUserID: "dan", toUserID: "ann", handleResult: 1 },
  ],
  ["/friend/get_friend_apply_list", { userID: "ann", pagination }],
  ["/friend/get_self_friend_apply_list", { userID: "ann", pagination }],
  [
    "/friend/get_designated_friend_apply",
    { fromUserID: "ann", toUserID: "bob" },
    true,
  ],
  ["/friend/get_self_unhandled_apply_count", { userID: "ann" }],
  ["/friend/add_black", { ownerUserID: "ann", blackUserID: "bob" }],
  ["/friend/remove_black", { ownerUserID: "ann", blackUserID: "bob" }],
  ["/friend/get_black_list", { userID: "ann", pagination }],
  ["/friend/get_specified_blacks", { ownerUserID: "ann", userIDList: ["bob"] }],
];

const lateComers: Record<string, number[]> = {
  "/friend/add_friend_response": [0, 1001],
  "/friend/add_black": [0, 1003],
};

forEachEngine("routes of friends", (open) => {
  test("let only the user, and administrators, at what is the user's", async () => {
    await using storage = await open();
    const { codeOf, befriend, applications, paths } = serve(storage);
    const allow = async (as: string, path: string, body: object) => {
      // Restores the state before the test.
      await befriend("ann", "bob");
      await applications
        .apply("op", { fromUserID: "dan", toUserID: "ann", reqMsg: "", ex: "" })
        .catch(() => undefined); // friends by now
      const code = await codeOf(as, path, body);
      // The second to answer or block comes too late.
      const fine = lateComers[path] ?? [0];
      expect([path, as, fine.includes(code)]).toEqual([path, as, true]);
    };

    for (const [path, body, isForBobToo] of requests) {
      expect([path, await codeOf("cat", path, body)]).toEqual([path, 1002]);
      if (isForBobToo) await allow("bob", path, body);
      else
        expect([path, await codeOf("bob", path, body)]).toEqual([path, 1002]);
      await allow("ann", path, body);
      await allow("root", path, body);
    }
    expect(requests.map(([path]) => path).toSorted()).toEqual(
      paths.filter((path) => path !== "/friend/import_friend").toSorted(),
    );
  });

  test("let only administrators import", async () => {
    await using storage = await open();
    const { codeOf } = serve(storage);
    const body = { ownerUserID: "ann", friendUserIDs: ["bob"] };
    expect(await codeOf("ann", "/friend/import_friend", body)).toBe(1002);
    expect(await codeOf("root", "/friend/import_friend", body)).toBe(0);
  });

  test("miss what is required before they ask who is asking", async () => {
    await using storage = await open();
    const { codeOf } = serve(storage);
    // The three that look at nothing before they compare the caller.
    const lenient = new Set([
      "/friend/get_incremental_friends",
      "/friend/get_incremental_blacks",
      "/friend/get_self_unhandled_apply_count",
    ]);
    for (const [path] of requests)
      expect([path, await codeOf("cat", path, {})]).toEqual([
        path,
        lenient.has(path) ? 1002 : 1001,
      ]);
  });

  test.each([
    ["/friend/update_friends", "friendUserIDs", 0],
    ["/friend/get_specified_friends_info", "userIDList", 0],
    ["/friend/import_friend", "friendUserIDs", 1004],
  ])("%s takes 1000 userIDs and no more", async (path, field, code) => {
    await using storage = await open();
    const { codeOf } = serve(storage);
    const body = (length: number) => ({
      ownerUserID: "ann",
      [field]: Array.from({ length }, (_, i) => `u${i}`),
    });
    expect(await codeOf("root", path, body(1_000))).toBe(code);
    expect(await codeOf("root", path, body(1_001))).toBe(1001);
  });

  test("give the time of blocking in seconds, but for specified blacks", async () => {
    await using storage = await open();
    const { post } = serve(storage);
    await post("ann", "/friend/add_black", {
      ownerUserID: "ann",
      blackUserID: "bob",
    });
    const list = await post("ann", "/friend/get_black_list", {
      userID: "ann",
      pagination,
    });
    const specified = await post("ann", "/friend/get_specified_blacks", {
      ownerUserID: "ann",
      userIDList: ["bob"],
    });
    expect(list.blacks[0].createTime).toBe(Math.floor(start / 1000));
    expect(specified.blacks[0].createTime).toBe(start);
    expect(specified.total).toBe(1);
  });

  test("keep what an update does not name, and empty what it empties", async () => {
    await using storage = await open();
    const { post, befriend } = serve(storage);
    await befriend("ann", "bob");
    const update = async (change: object) => {
      await post("ann", "/friend/update_friends", {
        ownerUserID: "ann",
        friendUserIDs: ["bob"],
        ...change,
      });
      const {
        friendsInfo: [{ remark, ex, isPinned }],
      } = await post("ann", "/friend/get_designated_friends", {
        ownerUserID: "ann",
        friendUserIDs: ["bob"],
      });
      return { remark, ex, isPinned };
    };
    expect(await update({ remark: "B", ex: "x", isPinned: true })).toEqual({
      remark: "B",
      ex: "x",
      isPinned: true,
    });
    expect(await update({ remark: "", ex: null })).toEqual({
      remark: "",
      ex: "x",
      isPinned: true,
    });
    expect(await update({ isPinned: false })).toEqual({
      remark: "",
      ex: "x",
      isPinned: false,
    });
  });
});
