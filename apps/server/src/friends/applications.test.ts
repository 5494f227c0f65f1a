import { expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import {
  accept,
  admin,
  apply,
  everything,
  openFriends,
  start,
} from "../../testing/friends/friends.ts";

const bob = { userID: "bob", platformID: 1, isAdmin: false };
const refuse = (fromUserID: string, toUserID: string, handleMsg = "") => ({
  ...accept(fromUserID, toUserID),
  isAccepted: false,
  handleMsg,
});

forEachEngine("applying to become friends", (open) => {
  test("tells both, with names and faces", async () => {
    await using storage = await open();
    const { applications, told, detail } = openFriends(storage);
    await applications.apply("op", {
      ...apply("ann", "bob"),
      reqMsg: "hi",
      ex: "e",
    });
    expect(detail()).toEqual({
      fromToUserID: { fromUserID: "ann", toUserID: "bob" },
      request: {
        fromUserID: "ann",
        fromNickname: "nick-ann",
        fromFaceURL: "",
        toUserID: "bob",
        toNickname: "nick-bob",
        toFaceURL: "",
        handleResult: 0,
        reqMsg: "hi",
        createTime: start,
        handlerUserID: "",
        handleMsg: "",
        handleTime: 0,
        ex: "e",
      },
    });
    expect(told()).toEqual([[1203, "ann", "bob"]]);
  });

  test("is refused to oneself, to strangers of the server and to friends", async () => {
    await using storage = await open();
    const { applications, befriend } = openFriends(storage);
    const codeOf = (from: string, to: string) =>
      applications.apply("op", apply(from, to)).then(
        () => 0,
        ({ code }: { code: number }) => code,
      );
    await befriend("ann", "bob");

    expect(await codeOf("ann", "ann")).toBe(1301);
    expect(await codeOf("nobody", "nobody")).toBe(1301);
    expect(await codeOf("ann", "nobody")).toBe(1004);
    expect(await codeOf("nobody", "ann")).toBe(1004);
    expect(await codeOf("ann", "bob")).toBe(1304);
    expect(await codeOf("bob", "ann")).toBe(1304);
  });

  test("is possible for one whom the other dropped, or dropped oneself", async () => {
    await using storage = await open();
    const { applications, befriend, friends } = openFriends(storage);
    await befriend("ann", "bob");
    await friends.delete("op", "ann", "bob");

    await applications.apply("op", apply("ann", "bob"));
    await applications.apply("op", apply("bob", "ann"));

    expect(await applications.countUnhandled("bob", 0)).toBe(1);
    expect(await applications.countUnhandled("ann", 0)).toBe(1);
  });

  test("does not ask whether the other blocked the applicant", async () => {
    await using storage = await open();
    const { applications, blacks } = openFriends(storage);
    await blacks.add(
      { actor: admin, operationID: "op" },
      {
        ownerUserID: "bob",
        blackUserID: "ann",
        ex: "",
      },
    );
    await applications.apply("op", apply("ann", "bob"));
    expect(await applications.countUnhandled("bob", 0)).toBe(1);
  });

  test("a second time takes the place of the first", async () => {
    await using storage = await open();
    const { applications } = openFriends(storage);
    await applications.apply("op", {
      ...apply("ann", "bob"),
      reqMsg: "hi",
      ex: "e",
    });
    await applications.answer(
      { actor: bob, operationID: "op" },
      refuse("ann", "bob", "no"),
    );
    const [refused] = await applications.listBetween("ann", "bob");
    expect(refused).toMatchObject({
      handleResult: -1,
      handleMsg: "no",
      handlerUserID: "",
    });

    await applications.apply("op", apply("ann", "bob"));

    const [again, ...others] = await applications.listBetween("ann", "bob");
    expect(others).toEqual([]);
    expect(again).toMatchObject({
      handleResult: 0,
      reqMsg: "",
      ex: "",
      handleMsg: "",
      handlerUserID: "",
      handleTime: refused?.handleTime,
    });
    expect(again?.createTime).toBeGreaterThan(refused?.createTime ?? Infinity);
  });
});

forEachEngine("answering an application", (open) => {
  test("with yes makes friends of both, once in each version log", async () => {
    await using storage = await open();
    const opened = openFriends(storage);
    const { applications, friends, told } = opened;
    const followers = await Promise.all(
      ["ann", "bob"].map(opened.followFriends),
    );
    await applications.apply("op", apply("ann", "bob"));
    told();

    await applications.answer(
      { actor: bob, operationID: "op" },
      accept("ann", "bob"),
    );

    expect(await friends.areFriends("ann", "bob")).toBe(true);
    expect(told()).toEqual([[1201, "bob", "ann"]]);
    for (const follower of followers) {
      const { version } = follower;
      await follower.agrees();
      expect(follower.version).toBe(version + 1);
    }
  });

  test("with yes answers the other's own application, too", async () => {
    await using storage = await open();
    const { applications } = openFriends(storage);
    await applications.apply("op", { ...apply("bob", "ann"), reqMsg: "me" });
    await applications.apply("op", apply("ann", "bob"));

    await applications.answer(
      { actor: bob, operationID: "op" },
      {
        ...accept("ann", "bob"),
        handleMsg: "yes",
      },
    );

    const both = await applications.listBetween("ann", "bob");
    expect(both).toMatchObject([
      { fromUserID: "ann", handleResult: 1, handleMsg: "yes" },
      { fromUserID: "bob", handleResult: 1, handleMsg: "", reqMsg: "me" },
    ]);
    for (const each of both) expect(each.handlerUserID).toBe("bob");
  });

  test("with yes leaves an earlier no of the other alone", async () => {
    await using storage = await open();
    const { applications } = openFriends(storage);
    await applications.apply("op", apply("bob", "ann"));
    await applications.answer(
      { actor: admin, operationID: "op" },
      refuse("bob", "ann"),
    );
    await applications.apply("op", apply("ann", "bob"));
    await applications.answer(
      { actor: bob, operationID: "op" },
      accept("ann", "bob"),
    );
    expect(await applications.listBetween("bob", "ann")).toMatchObject([
      { handleResult: -1 },
      { handleResult: 1 },
    ]);
  });

  test("with no makes nobody friends", async () => {
    await using storage = await open();
    const { applications, friends, told } = openFriends(storage);
    await applications.apply("op", apply("ann", "bob"));
    told();
    await applications.answer(
      { actor: bob, operationID: "op" },
      refuse("ann", "bob"),
    );
    expect(await friends.hasFriend("bob", "ann")).toBe(false);
    expect(told()).toEqual([[1202, "bob", "ann"]]);
  });

  test.each([
    [true, 1001],
    [false, 1305],
  ])("a second time (yes: %p) is refused with %d", async (isAccepted, code) => {
    await using storage = await open();
    const { applications, told } = openFriends(storage);
    for (const first of [accept("ann", "bob"), refuse("cat", "bob")]) {
      await applications.apply("op", apply(first.fromUserID, "bob"));
      await applications.answer({ actor: bob, operationID: "op" }, first);
      told();
      await expect(
        applications.answer(
          { actor: bob, operationID: "op" },
          { ...first, isAccepted },
        ),
      ).rejects.toMatchObject({ code });
      expect(told()).toEqual([]);
    }
  });

  test("that nobody asked for is refused", async () => {
    await using storage = await open();
    const { applications } = openFriends(storage);
    await applications.apply("op", apply("bob", "ann"));
    await expect(
      applications.answer(
        { actor: bob, operationID: "op" },
        accept("ann", "bob"),
      ),
    ).rejects.toMatchObject({ code: 1004 });
  });
});

forEachEngine("lists of applications", (open) => {
  test("come the newest first, by what became of them, page by page", async () => {
    await using storage = await open();
    const { applications } = openFriends(storage);
    for (const userID of ["ann", "cat", "dan"])
      await applications.apply("op", apply(userID, "bob"));
    await applications.answer(
      { actor: bob, operationID: "op" },
      accept("ann", "bob"),
    );
    await applications.answer(
      { actor: bob, operationID: "op" },
      refuse("cat", "bob"),
    );
    const received = async (results: number[], page = everything) => {
      const found = await applications.pageReceived("bob", results, page);
      return [found.total, found.requests.map((each) => each.fromUserID)];
    };

    expect(await received([])).toEqual([3, ["dan", "cat", "ann"]]);
    expect(await received([0])).toEqual([1, ["dan"]]);
    expect(await received([1, -1, 1])).toEqual([2, ["cat", "ann"]]);
    expect(await received([5])).toEqual([0, []]);
    expect(await received([5, 0])).toEqual([1, ["dan"]]);
    expect(await received([], { offset: 1, limit: 1 })).toEqual([3, ["cat"]]);
    expect(await received([], { offset: 0, limit: 0 })).toEqual([3, []]);
    await applications.apply("op", apply("ann", "dan"));
    const sent = await applications.pageSent("ann", [], everything);
    expect(sent.requests.map((each) => each.toUserID)).toEqual(["dan", "bob"]);
  });

  test("count those that wait since a time", async () => {
    await using storage = await open();
    const { applications } = openFriends(storage);
    for (const userID of ["ann", "cat", "dan"])
      await applications.apply("op", apply(userID, "bob"));
    await applications.answer(
      { actor: bob, operationID: "op" },
      refuse("ann", "bob"),
    );
    const {
      requests: [dan, cat],
    } = await applications.pageReceived("bob", [0], everything);

    const count = (time = 0) => applications.countUnhandled("bob", time);
    expect(await count()).toBe(2);
    expect(await count(cat?.createTime)).toBe(1);
    expect(await count(dan?.createTime)).toBe(0);
  });
});
