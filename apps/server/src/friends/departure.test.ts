import { expect, test } from "bun:test";

import { departing, removingOver } from "../../testing/deletion/removing.ts";
import {
  admin,
  apply,
  everything,
  openFriends,
} from "../../testing/friends/friends.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";

const cause = { actor: admin, operationID: "op" };

forEachEngine("a user who is deleted", (open) => {
  test("is in nobody's list of friends, and those who had one hear of it", async () => {
    await using storage = await open();
    const world = openFriends(storage);
    const { friends, depart } = world;
    await world.befriend("ann", "bob", "cat");
    await world.befriend("bob", "cat");
    // Cat's list has Ann no more, Ann's still has Cat.
    await friends.delete("op", "cat", "ann");
    const bob = await world.followFriends("bob");
    expect(await friends.areFriends("bob", "ann")).toBe(true);
    world.told();
    const { removing, removed } = removingOver(storage);
    await depart(departing("ann"), removing);
    expect(world.told()).toEqual([[1205, "bob", "ann"]]);
    expect(await friends.listIDs("ann")).toEqual([]);
    expect(await friends.listIDs("bob")).toEqual(["cat"]);
    await bob.agrees();
    expect(await friends.hasFriend("bob", "ann")).toBe(false);
    expect(await friends.hasFriend("ann", "bob")).toBe(false);
    expect(removed).toEqual({ friends: 2, friendOf: 1 });
  });

  test("is on nobody's black list, and those who had it hear of it", async () => {
    await using storage = await open();
    const world = openFriends(storage);
    const { blacks, depart } = world;
    for (const [owner, black] of [
      ["ann", "bob"],
      ["bob", "ann"],
      ["bob", "cat"],
    ] as const)
      await blacks.add(cause, {
        ownerUserID: owner,
        blackUserID: black,
        ex: "",
      });
    const bob = await world.followBlacks("bob");
    expect(await blacks.isBlocked("bob", "ann")).toBe(true);
    world.told();
    const { removing, removed } = removingOver(storage);
    await depart(departing("ann"), removing);
    expect(world.told()).toEqual([[1208, "bob", "ann"]]);
    await bob.agrees();
    expect((await blacks.page("bob", everything)).total).toBe(1);
    expect((await blacks.page("ann", everything)).total).toBe(0);
    expect(await blacks.isBlocked("bob", "ann")).toBe(false);
    expect(removed).toEqual({ blacks: 1, blockedBy: 1 });
  });

  test("has asked nobody, and was asked by nobody", async () => {
    await using storage = await open();
    const world = openFriends(storage);
    const { applications, depart } = world;
    await applications.apply("op", apply("ann", "bob"));
    await applications.apply("op", apply("cat", "ann"));
    await applications.apply("op", apply("cat", "bob"));
    world.told();
    const { removing, removed } = removingOver(storage);
    await depart(departing("ann"), removing);
    const left = await storage.db
      .selectFrom("friend_requests")
      .select(["from_user_id", "to_user_id"])
      .execute();
    expect(left).toEqual([{ from_user_id: "cat", to_user_id: "bob" }]);
    expect(world.told()).toEqual([]);
    expect(removed).toEqual({ friendRequests: 2 });
  });

  test("with many friends goes part by part", async () => {
    await using storage = await open();
    const many = Array.from({ length: 70 }, (_, i) => `f${i}`);
    const world = openFriends(storage, ["ann", ...many]);
    await world.befriend("ann", ...many);
    world.told();
    const { removing, removed } = removingOver(storage);
    await world.depart(departing("ann"), removing);
    expect(world.told()).toHaveLength(70);
    expect(removed).toEqual({ friends: 70, friendOf: 70 });
  });
});
