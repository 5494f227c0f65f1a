import { expect, test } from "bun:test";

import { hashOfIDs } from "../storage/id-hash.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import {
  accept,
  admin,
  apply,
  everything,
  openFriends,
  start,
} from "../../testing/friends/friends.ts";

const idsOf = (
  friends: readonly { friendUser: { userID: string } | null }[],
): (string | undefined)[] => friends.map((each) => each.friendUser?.userID);

const none = { versionID: "", version: 0 };

forEachEngine("lists of friends", (open) => {
  test("show what a friend may see, with the time in seconds", async () => {
    await using storage = await open();
    const { friends, befriend } = openFriends(storage);
    await befriend("ann", "bob");

    expect(await friends.page("bob", everything)).toEqual({
      total: 1,
      friends: [
        {
          ownerUserID: "bob",
          remark: "",
          createTime: Math.floor(start / 1000),
          friendUser: {
            userID: "ann",
            nickname: "nick-ann",
            faceURL: "",
            ex: "",
            createTime: 0,
            appMangerLevel: 0,
            globalRecvMsgOpt: 0,
          },
          addSource: 1,
          operatorUserID: "root",
          ex: "",
          isPinned: false,
        },
      ],
    });
  });

  test("an answer to an application names the applicant as operator", async () => {
    await using storage = await open();
    const { friends, applications } = openFriends(storage);
    await applications.apply("op", apply("ann", "bob"));
    await applications.answer(
      { actor: admin, operationID: "op" },
      accept("ann", "bob"),
    );

    for (const ownerID of ["ann", "bob"])
      expect((await friends.page(ownerID, everything)).friends).toMatchObject([
        { addSource: 2, operatorUserID: "ann" },
      ]);
  });

  test("pinned friends come first, then by age, page by page", async () => {
    await using storage = await open();
    const { friends, befriend } = openFriends(storage);
    await befriend("ann", "bob", "cat");
    await befriend("ann", "dan");
    await friends.update("op", "ann", ["dan"], { isPinned: true });

    const page = async (offset: number, limit: number) =>
      idsOf((await friends.page("ann", { offset, limit })).friends);
    expect(await page(0, 2)).toEqual(["dan", "bob"]);
    expect(await page(2, 2)).toEqual(["cat"]);
    expect(await page(4, 2)).toEqual([]);
    expect(await friends.page("ann", { offset: 0, limit: 0 })).toEqual({
      total: 3,
      friends: [],
    });
  });

  // Deviation: OpenIM keeps the order it had before.
  test("the ids come in the order of the list right after a pin changes", async () => {
    await using storage = await open();
    const { friends, befriend } = openFriends(storage);
    await befriend("ann", "bob", "cat", "dan");
    expect(await friends.listIDs("ann")).toEqual(["bob", "cat", "dan"]);

    await friends.update("op", "ann", ["dan"], { isPinned: true });

    expect(await friends.listIDs("ann")).toEqual(["dan", "bob", "cat"]);
    const full = await friends.fullIDs("ann", 0n);
    expect(full.userIDs).toEqual(["dan", "bob", "cat"]);
  });

  test("who has the same ids is told so, and gets none", async () => {
    await using storage = await open();
    const { friends, befriend } = openFriends(storage);
    expect(await friends.fullIDs("ann", 0n)).toMatchObject({
      version: 1,
      equal: true,
      userIDs: [],
    });
    await befriend("ann", "bob", "cat");

    expect(
      await friends.fullIDs("ann", hashOfIDs(["bob", "cat"])),
    ).toMatchObject({ version: 2, equal: true, userIDs: [] });
    expect(
      await friends.fullIDs("ann", hashOfIDs(["cat", "bob"])),
    ).toMatchObject({ equal: false, userIDs: ["bob", "cat"] });
  });

  test("one may ask for more friends than a statement has room for", async () => {
    await using storage = await open();
    const many = Array.from({ length: 1_200 }, (_, i) => `u${i}`);
    const { friends, befriend } = openFriends(storage, ["ann", ...many]);
    await befriend("ann", ...many.slice(0, 1_000));
    await befriend("ann", ...many.slice(1_000));

    expect(await friends.listIDs("ann")).toEqual(many);
    const wanted = ["nobody", ...many.toReversed()];
    expect(idsOf(await friends.list("ann", wanted))).toEqual(many.toReversed());
  });

  test("relations say who is a friend, blocked, both or neither", async () => {
    await using storage = await open();
    const { befriend, blacks, listRelations } = openFriends(storage);
    await befriend("ann", "bob", "cat");
    for (const blackUserID of ["cat", "dan"])
      await blacks.add(
        { actor: admin, operationID: "op" },
        {
          ownerUserID: "ann",
          blackUserID,
          ex: "",
        },
      );

    const relations = await listRelations("ann", [
      "dan",
      "nobody",
      "ann",
      "cat",
      "bob",
    ]);

    expect(
      relations.map(({ userInfo, friendInfo, blackInfo }) => [
        userInfo?.userID,
        friendInfo !== null,
        blackInfo !== null,
      ]),
    ).toEqual([
      ["dan", false, true],
      ["ann", false, false],
      ["cat", true, true],
      ["bob", true, false],
    ]);
    expect(relations[3]?.friendInfo?.createTime).toBe(start);
  });
});

forEachEngine("changing lists of friends", (open) => {
  test("deleting a friend leaves the other's list alone", async () => {
    await using storage = await open();
    const { friends, befriend, told } = openFriends(storage);
    await befriend("ann", "bob");
    expect(await friends.areFriends("ann", "bob")).toBe(true);
    told();

    await friends.delete("op", "ann", "bob");

    expect(await friends.hasFriend("ann", "bob")).toBe(false);
    expect(await friends.hasFriend("bob", "ann")).toBe(true);
    expect(await friends.areFriends("ann", "bob")).toBe(false);
    expect(told()).toEqual([[1205, "ann", "bob"]]);
  });

  test("deleting one who is no friend changes nothing, and devices hear of it", async () => {
    await using storage = await open();
    const { friends, followFriends, told } = openFriends(storage);
    const client = await followFriends("ann");

    await friends.delete("op", "ann", "bob");

    expect(told()).toEqual([[1205, "ann", "bob"]]);
    const { changes } = await friends.incremental("ann", none);
    expect(changes.version).toBe(client.version);
  });

  test("a remark for one who is no friend is refused", async () => {
    await using storage = await open();
    const { friends, told } = openFriends(storage);
    await expect(
      friends.setRemark("op", "ann", "bob", "B"),
    ).rejects.toMatchObject({ code: 1004 });
    expect(told()).toEqual([]);
  });

  test("those who are no friends are left out of an update and its notice", async () => {
    await using storage = await open();
    const { friends, befriend, told, detail } = openFriends(storage);
    await befriend("ann", "bob", "cat");
    told();

    await friends.update("op", "ann", ["dan", "cat"], { remark: "K" });

    expect(detail()).toEqual({
      fromToUserID: { fromUserID: "", toUserID: "ann" },
      friendIDs: ["cat"],
      friendVersion: 0,
      friendVersionID: "",
    });
    expect(told()).toEqual([[1210, "ann", "ann"]]);
    const [bob, cat] = await friends.list("ann", ["bob", "cat"]);
    expect([bob?.remark, cat?.remark]).toEqual(["", "K"]);
  });

  test("an update of nothing, or of nobody, tells nobody", async () => {
    await using storage = await open();
    const { friends, befriend, told } = openFriends(storage);
    await befriend("ann", "bob");
    told();
    await friends.update("op", "ann", ["bob"], {});
    await friends.update("op", "ann", ["dan"], { isPinned: true });
    expect(told()).toEqual([]);
    expect((await friends.incremental("ann", none)).changes.version).toBe(1);
  });

  // Deviation: OpenIM fails with 500.
  test("importing an empty list succeeds without change", async () => {
    await using storage = await open();
    const { friends, befriend, told } = openFriends(storage);
    await befriend("ann");
    expect(await friends.listIDs("ann")).toEqual([]);
    expect(told()).toEqual([]);
  });

  test("an import leaves those who are friends as they are, and welcomes all", async () => {
    await using storage = await open();
    const { friends, befriend, told } = openFriends(storage);
    await befriend("ann", "bob");
    await friends.setRemark("op", "ann", "bob", "B");
    await friends.delete("op", "bob", "ann");
    told();

    await befriend("ann", "bob", "cat");

    expect(told()).toEqual([
      [1201, "bob", "ann"],
      [1201, "cat", "ann"],
    ]);
    expect(await friends.areFriends("bob", "ann")).toBe(true);
    const [bob] = await friends.list("ann", ["bob"]);
    expect(bob?.remark).toBe("B");
  });

  test("an import of many let no other change through until all were welcomed", async () => {
    await using storage = await open();
    const many = Array.from({ length: 100 }, (_, i) => `friend${i}`);
    const { friends, befriend, told } = openFriends(storage, ["ann", ...many]);
    let isOver = false;
    const imported = befriend("ann", ...many).finally(() => (isOver = true));
    const welcomed: unknown[] = [];
    let partsSeen = 0;
    while (!isOver) {
      await storage.transact(() => Promise.resolve());
      const more = told();
      if (more.length > 0) partsSeen++;
      welcomed.push(...more);
    }
    await imported;
    welcomed.push(...told());
    expect(welcomed).toEqual(many.map((friendID) => [1201, friendID, "ann"]));
    expect(partsSeen).toBeGreaterThan(1);
    expect(await friends.listIDs("ann")).toEqual(many);
  });

  test("who was deleted or is no friend any more by then does not welcome anybody", async () => {
    await using storage = await open();
    // So many that the last are welcomed long after the first commit.
    const many = Array.from({ length: 300 }, (_, i) => `friend${i}`);
    const { befriend, friends, told, forget } = openFriends(storage, [
      "ann",
      ...many,
    ]);
    let isOver = false;
    const imported = befriend("ann", ...many).finally(() => (isOver = true));
    while (!(await friends.hasFriend("ann", "friend0")) && !isOver)
      await storage.transact(() => Promise.resolve());
    forget("friend298");
    await friends.delete("op", "ann", "friend299");
    await imported;
    const who = told()
      .filter(([type]) => type === 1201)
      .map(([, sendID]) => sendID);
    expect(who).toEqual(many.slice(0, 298));
  });

  test.each([
    ["twice the same", "ann", ["bob", "bob"]],
    ["the owner", "ann", ["bob", "ann"]],
    ["somebody unknown", "ann", ["bob", "nobody"]],
    ["for somebody unknown", "nobody", ["bob"]],
  ])("an import of %s is refused as a whole", async (_case, ownerID, ids) => {
    await using storage = await open();
    const { friends, befriend, told } = openFriends(storage);
    await expect(befriend(ownerID, ...ids)).rejects.toMatchObject({
      code: 1004,
    });
    expect(await friends.listIDs("bob")).toEqual([]);
    expect(told()).toEqual([]);
  });

  test("whoever has a user in a list hears of a new name, once", async () => {
    await using storage = await open();
    const { friends, befriend, rename, told } = openFriends(storage);
    await befriend("ann", "bob", "cat", "dan");
    await friends.delete("op", "bob", "ann");
    await friends.delete("op", "ann", "dan");
    told();

    await rename("ann", "Anna");

    expect(told().toSorted()).toEqual([
      [1209, "ann", "bob"],
      [1209, "ann", "cat"],
      [1209, "ann", "dan"],
    ]);
    const [shown] = await friends.list("dan", ["ann"]);
    expect(shown?.friendUser?.nickname).toBe("Anna");
  });
});

forEachEngine("whether somebody is a friend", (open) => {
  test("is known at once the second time", async () => {
    await using storage = await open();
    const { friends, befriend } = openFriends(storage);
    expect(await friends.hasFriend("ann", "bob")).toBe(false);
    expect(friends.hasFriend("ann", "bob")).toBe(false);
    await befriend("ann", "bob");
    expect(await friends.hasFriend("ann", "bob")).toBe(true);
    expect(friends.hasFriend("ann", "bob")).toBe(true);
  });
});
