import { expect, test } from "bun:test";
import {
  AddBlack,
  AddFriend,
  AddFriendResponse,
  DeleteFriend,
  GetBlackList,
  GetDesignatedFriendApply,
  GetDesignatedFriends,
  GetFriendApplyList,
  GetFriendID,
  GetFriendList,
  GetFullFriendUserIDs,
  GetIncrementalBlacks,
  GetIncrementalFriends,
  GetSelfFriendApplyList,
  GetSelfUnhandledApplyCount,
  GetSpecifiedBlacks,
  GetSpecifiedFriendsInfo,
  ImportFriend,
  IsFriend,
  RemoveBlack,
  SetFriendRemark,
  UpdateFriends,
} from "@parley/protocol/methods/friends";
import type { Method } from "@parley/protocol/method";

import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { friendRoutes } from "./routes.ts";
import { openFriends, start } from "../../testing/friends/friends.ts";

/** A server of nothing but friends: root, ann, bob, cat and dan. */
function serve(storage: TestStorage) {
  const opened = openFriends(storage);
  const routes = new Map(
    friendRoutes(opened).map((route) => [route.method.path, route]),
  );

  /** Answers data, or throws what the client would be told. */
  async function post(
    as: string,
    { path }: Pick<Method, "path">,
    body: object,
  ): Promise<any> {
    const data = await routes
      .get(path)!
      .answer(
        {
          cause: {
            actor: { userID: as, platformID: 1, isAdmin: as === "root" },
            operationID: "op",
          },
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

  const codeOf = (
    as: string,
    method: Pick<Method, "path">,
    body: object,
  ): Promise<number> =>
    post(as, method, body).then(
      () => 0,
      ({ code }: { code: number }) => code,
    );

  return { ...opened, post, codeOf, paths: [...routes.keys()] };
}

const pagination = { pageNumber: 1, showNumber: 20 };
const since = { versionID: "", version: 0 };

/** Requests about data of ann, or of bob and ann. */
const requests: [path: string, body: object, isForBobToo?: boolean][] = [
  [GetFriendList.path, { userID: "ann", pagination }],
  [GetDesignatedFriends.path, { ownerUserID: "ann", friendUserIDs: ["bob"] }],
  [GetFriendID.path, { userID: "ann" }],
  [GetSpecifiedFriendsInfo.path, { ownerUserID: "ann", userIDList: ["bob"] }],
  [IsFriend.path, { userID1: "ann", userID2: "bob" }, true],
  [GetIncrementalFriends.path, { userID: "ann", ...since }],
  [GetFullFriendUserIDs.path, { userID: "ann", idHash: 0 }],
  [GetIncrementalBlacks.path, { userID: "ann", ...since }],
  [
    SetFriendRemark.path,
    { ownerUserID: "ann", friendUserID: "bob", remark: "B" },
  ],
  [
    UpdateFriends.path,
    { ownerUserID: "ann", friendUserIDs: ["bob"], isPinned: true },
  ],
  [DeleteFriend.path, { ownerUserID: "ann", friendUserID: "bob" }],
  [AddFriend.path, { fromUserID: "ann", toUserID: "cat" }],
  [
    AddFriendResponse.path,
    { fromUserID: "dan", toUserID: "ann", handleResult: 1 },
  ],
  [GetFriendApplyList.path, { userID: "ann", pagination }],
  [GetSelfFriendApplyList.path, { userID: "ann", pagination }],
  [GetDesignatedFriendApply.path, { fromUserID: "ann", toUserID: "bob" }, true],
  [GetSelfUnhandledApplyCount.path, { userID: "ann" }],
  [AddBlack.path, { ownerUserID: "ann", blackUserID: "bob" }],
  [RemoveBlack.path, { ownerUserID: "ann", blackUserID: "bob" }],
  [GetBlackList.path, { userID: "ann", pagination }],
  [GetSpecifiedBlacks.path, { ownerUserID: "ann", userIDList: ["bob"] }],
];

const lateComers: Record<string, number[]> = {
  [AddFriendResponse.path]: [0, 1001],
  [AddBlack.path]: [0, 1003],
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
      const code = await codeOf(as, { path }, body);
      // The second to answer or block comes too late.
      const fine = lateComers[path] ?? [0];
      expect([path, as, fine.includes(code)]).toEqual([path, as, true]);
    };

    for (const [path, body, isForBobToo] of requests) {
      expect([path, await codeOf("cat", { path }, body)]).toEqual([path, 1002]);
      if (isForBobToo) await allow("bob", path, body);
      else
        expect([path, await codeOf("bob", { path }, body)]).toEqual([
          path,
          1002,
        ]);
      await allow("ann", path, body);
      await allow("root", path, body);
    }
    expect(requests.map(([path]) => path).toSorted()).toEqual(
      paths.filter((path) => path !== ImportFriend.path).toSorted(),
    );
  });

  test("let only administrators import", async () => {
    await using storage = await open();
    const { codeOf } = serve(storage);
    const body = { ownerUserID: "ann", friendUserIDs: ["bob"] };
    expect(await codeOf("ann", ImportFriend, body)).toBe(1002);
    expect(await codeOf("root", ImportFriend, body)).toBe(0);
  });

  test("miss what is required before they ask who is asking", async () => {
    await using storage = await open();
    const { codeOf } = serve(storage);
    // The three that look at nothing before they compare the caller.
    const lenient = new Set([
      GetIncrementalFriends.path,
      GetIncrementalBlacks.path,
      GetSelfUnhandledApplyCount.path,
    ]);
    for (const [path] of requests)
      expect([path, await codeOf("cat", { path }, {})]).toEqual([
        path,
        lenient.has(path) ? 1002 : 1001,
      ]);
  });

  test.each([
    [UpdateFriends.path, "friendUserIDs", 0],
    [GetSpecifiedFriendsInfo.path, "userIDList", 0],
    [ImportFriend.path, "friendUserIDs", 1004],
  ])("%s takes 1000 userIDs and no more", async (path, field, code) => {
    await using storage = await open();
    const { codeOf } = serve(storage);
    const body = (length: number) => ({
      ownerUserID: "ann",
      [field]: Array.from({ length }, (_, i) => `u${i}`),
    });
    expect(await codeOf("root", { path }, body(1_000))).toBe(code);
    expect(await codeOf("root", { path }, body(1_001))).toBe(1001);
  });

  test("give the time of blocking in seconds, but for specified blacks", async () => {
    await using storage = await open();
    const { post } = serve(storage);
    await post("ann", AddBlack, {
      ownerUserID: "ann",
      blackUserID: "bob",
    });
    const list = await post("ann", GetBlackList, {
      userID: "ann",
      pagination,
    });
    const specified = await post("ann", GetSpecifiedBlacks, {
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
      await post("ann", UpdateFriends, {
        ownerUserID: "ann",
        friendUserIDs: ["bob"],
        ...change,
      });
      const {
        friendsInfo: [{ remark, ex, isPinned }],
      } = await post("ann", GetDesignatedFriends, {
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
