import { expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import {
  admin,
  ann,
  everything,
  openFriends,
  start,
} from "../../testing/friends/friends.ts";

const black = (ownerUserID: string, blackUserID: string, ex = "") => ({
  ownerUserID,
  blackUserID,
  ex,
});

forEachEngine("blacklists", (open) => {
  test("show whom the owner blocked, in order of blocking", async () => {
    await using storage = await open();
    const { blacks, told } = openFriends(storage);
    await blacks.add(
      { actor: ann, operationID: "op" },
      black("ann", "cat", "why"),
    );
    await blacks.add({ actor: admin, operationID: "op" }, black("ann", "bob"));

    const { total, blacks: found } = await blacks.page("ann", everything);
    expect(total).toBe(2);
    expect(found[0]).toEqual({
      ownerUserID: "ann",
      createTime: start,
      blackUserInfo: {
        userID: "cat",
        nickname: "nick-cat",
        faceURL: "",
        ex: "",
      },
      addSource: 0,
      operatorUserID: "ann",
      ex: "why",
    });
    expect(found[1]).toMatchObject({ operatorUserID: "root" });
    expect(told()).toEqual([
      [1207, "ann", "cat"],
      [1207, "ann", "bob"],
    ]);
    expect(await blacks.page("ann", { offset: 1, limit: 1 })).toMatchObject({
      total: 2,
      blacks: [{ blackUserInfo: { userID: "bob" } }],
    });
    const listed = await blacks.list("ann", ["bob", "dan", "cat"]);
    expect(listed.map((each) => each.blackUserInfo?.userID)).toEqual([
      "bob",
      "cat",
    ]);
  });

  // Deviation: OpenIM fails with 500.
  test("who is on one cannot be added again: 1003", async () => {
    await using storage = await open();
    const { blacks, told } = openFriends(storage);
    await blacks.add(
      { actor: ann, operationID: "op" },
      black("ann", "bob", "first"),
    );
    told();

    await expect(
      blacks.add(
        { actor: ann, operationID: "op" },
        black("ann", "bob", "second"),
      ),
    ).rejects.toMatchObject({ code: 1003 });

    expect(told()).toEqual([]);
    expect(await blacks.list("ann", ["bob"])).toMatchObject([{ ex: "first" }]);
  });

  test.each([
    ["oneself", "ann", "ann"],
    ["somebody unknown", "ann", "nobody"],
    ["for somebody unknown", "nobody", "ann"],
  ])("take no %s", async (_case, ownerID, userID) => {
    await using storage = await open();
    const { blacks } = openFriends(storage);
    await expect(
      blacks.add({ actor: admin, operationID: "op" }, black(ownerID, userID)),
    ).rejects.toMatchObject({ code: 1004 });
  });

  test("who is removed is removed, again and again", async () => {
    await using storage = await open();
    const { blacks, told } = openFriends(storage);
    await blacks.add({ actor: ann, operationID: "op" }, black("ann", "bob"));
    told();
    for (let i = 0; i < 2; i++) {
      await blacks.remove("op", "ann", "bob");
      expect(told()).toEqual([[1208, "ann", "bob"]]);
    }
    expect((await blacks.page("ann", everything)).total).toBe(0);
  });

  // Deviation: OpenIM has the route, and nothing behind it.
  test("can be kept up with by increments, names included", async () => {
    await using storage = await open();
    const opened = openFriends(storage);
    const { blacks, rename } = opened;
    const client = await opened.followBlacks("ann");
    const version = client.version;
    await blacks.add({ actor: ann, operationID: "op" }, black("ann", "bob"));
    await client.agrees();
    await blacks.add({ actor: ann, operationID: "op" }, black("ann", "cat"));
    await rename("bob", "Bobby");
    await client.agrees();
    await blacks.remove("op", "ann", "bob");
    await client.agrees();
    expect(client.version).toBe(version + 4);
  });

  test("are known at once the second time, and right after a change", async () => {
    await using storage = await open();
    const { blacks } = openFriends(storage);
    expect(await blacks.isBlocked("ann", "bob")).toBe(false);
    expect(blacks.isBlocked("ann", "cat")).toBe(false);

    await blacks.add({ actor: ann, operationID: "op" }, black("ann", "bob"));
    expect(await blacks.isBlocked("ann", "bob")).toBe(true);
    expect(await blacks.isBlocked("bob", "ann")).toBe(false);

    await blacks.remove("op", "ann", "bob");
    expect(await blacks.isBlocked("ann", "bob")).toBe(false);
  });

  test("a look while one is changed is not remembered", async () => {
    await using storage = await open();
    const { blacks } = openFriends(storage);
    const looking = blacks.isBlocked("ann", "bob");
    await blacks.add({ actor: ann, operationID: "op" }, black("ann", "bob"));
    await looking;
    expect(await blacks.isBlocked("ann", "bob")).toBe(true);
  });
});
