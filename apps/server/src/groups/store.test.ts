import { expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { newRequest } from "./applications.ts";
import { newMember } from "./groups.ts";
import {
  allMembers,
  deleteLeavers,
  deleteMembers,
  findLeaver,
  findMembers,
  insertLeavers,
  insertMembers,
  listManagerIDs,
  listMemberIDs,
  loadMemberIDs,
  pageMembers,
  updateMember,
} from "./member-store.ts";
import {
  countWaiting,
  findRequest,
  handleRequest,
  pageRequests,
  replaceRequest,
} from "./request-store.ts";
import {
  addToMemberCount,
  findGroups,
  insertGroup,
  listHalfDismissed,
  listJoinedGroupIDs,
  pageJoinedGroups,
  searchGroups,
  updateGroup,
} from "./store.ts";
import { newGroup } from "../../testing/groups/groups.ts";

const member = (groupID: string, userID: string, roleLevel = 20) =>
  newMember(groupID, userID, {
    roleLevel,
    joinTime: 1,
    joinSource: 2,
    operatorUserID: "ann",
    inviterUserID: "ann",
  });

async function fill(
  { transact }: TestStorage,
  groupID: string,
  ...members: [userID: string, roleLevel: number][]
): Promise<void> {
  await transact(async (tx) => {
    await insertGroup(tx, newGroup(groupID, { groupName: `name ${groupID}` }));
    await insertMembers(
      tx,
      members.map(([userID, roleLevel]) => member(groupID, userID, roleLevel)),
    );
    await addToMemberCount(tx, groupID, members.length);
  });
}

forEachEngine("stored groups", (open) => {
  test("are found as they were written, in the order asked for", async () => {
    await using storage = await open();
    const group = newGroup("b", {
      groupName: "Bee",
      notification: "n",
      introduction: "i",
      faceURL: "f",
      ownerUserID: "ann",
      createTime: 5_000_000_000_000,
      memberCount: 3,
      ex: "e",
      status: 3,
      creatorUserID: "cyd",
      needVerification: 1,
      lookMemberInfo: 1,
      applyMemberFriend: 1,
      notificationUpdateTime: 7,
      notificationUserID: "bob",
    });
    await storage.transact(async (tx) => {
      await insertGroup(tx, group);
      await insertGroup(tx, newGroup("a"));
    });
    const found = await findGroups(storage.db, ["b", "none", "a", "b"]);
    expect(found).toEqual([group, newGroup("a")]);
  });

  test("change only where they are told to", async () => {
    await using storage = await open();
    await fill(storage, "g", ["ann", 100]);
    const changed = await storage.transact((tx) =>
      updateGroup(tx, "g", { groupName: "", ex: "x", status: 2 }),
    );
    expect(changed).toEqual(
      newGroup("g", { ex: "x", status: 2, memberCount: 1 }),
    );
    expect(await listHalfDismissed(storage.db)).toEqual(["g"]);
  });

  test("of a user come by name, and page by page", async () => {
    await using storage = await open();
    for (const id of ["c", "a", "b"]) await fill(storage, id, ["ann", 20]);
    await fill(storage, "other", ["bob", 20]);
    expect(await listJoinedGroupIDs(storage.db, "ann")).toEqual([
      "a",
      "b",
      "c",
    ]);
    const { total, groups } = await pageJoinedGroups(storage.db, "ann", {
      offset: 1,
      limit: 5,
    });
    expect([total, ...groups.map(({ groupID }) => groupID)]).toEqual([
      3,
      "b",
      "c",
    ]);
  });

  test("are searched for by plain text, letter case and all", async () => {
    await using storage = await open();
    for (const id of ["A%", "A_", "Ab"]) await fill(storage, id);
    const search = async (text: string) =>
      (
        await searchGroups(storage.db, text, { offset: 0, limit: 9 })
      ).groups.map(({ groupID }) => groupID);
    expect(await search("e A")).toEqual(["Ab", "A_", "A%"]);
    expect(await search("A%")).toEqual(["A%"]);
    expect(await search("a%")).toEqual([]);
  });
});

forEachEngine("stored members", (open) => {
  test("are listed by rank, then by joining, also after a change of rank", async () => {
    await using storage = await open();
    const { db } = storage;
    await fill(
      storage,
      "g",
      ["ann", 20],
      ["bob", 100],
      ["cyd", 60],
      ["dan", 20],
    );
    expect(await listMemberIDs(db, "g")).toEqual(["bob", "cyd", "ann", "dan"]);
    expect(await listManagerIDs(db, "g")).toEqual(["bob", "cyd"]);
    const changed = await storage.transact((tx) =>
      updateMember(tx, "g", "dan", { roleLevel: 60, nickname: "D" }),
    );
    expect(changed).toEqual({ ...member("g", "dan", 60), nickname: "D" });
    expect(await listMemberIDs(db, "g", 3)).toEqual(["bob", "cyd", "dan"]);
    const page = await pageMembers(db, "g", { offset: 2, limit: 2 });
    expect(page.members.map(({ userID }) => userID)).toEqual(["dan", "ann"]);
  });

  test("by the thousand are written, looked up, walked through and removed", async () => {
    await using storage = await open();
    const ids = Array.from({ length: 6_345 }, (_, i) => `m${10_000 + i}`);
    await fill(storage, "g", ...ids.map((id) => [id, 20] as [string, number]));
    const walked: string[] = [];
    for await (const page of allMembers(storage.db, "g"))
      walked.push(...page.map(({ userID }) => userID));
    expect(walked).toEqual(ids);
    expect(await loadMemberIDs(storage.db, "g")).toEqual(ids);
    expect(await findMembers(storage.db, "g", ids)).toHaveLength(6_345);
    await storage.transact((tx) => deleteMembers(tx, "g", ids.slice(1)));
    expect(await listMemberIDs(storage.db, "g")).toEqual(["m10000"]);
  });

  test("who left are remembered with what they may read, until they are back", async () => {
    await using storage = await open();
    const { db, transact } = storage;
    await transact((tx) => insertLeavers(tx, "g", ["ann", "bob"], 3));
    await transact((tx) => insertLeavers(tx, "g", ["ann"], 5));
    await transact((tx) => insertLeavers(tx, "g", ["cyd"], 0));
    await transact((tx) => deleteLeavers(tx, "g", ["bob"]));
    const limits = await Promise.all(
      ["ann", "bob", "cyd"].map((userID) => findLeaver(db, "g", userID)),
    );
    expect(limits).toEqual([5, undefined, 0]);
  });
});

forEachEngine("stored applications", (open) => {
  test("are one for each user and group; the newest counts", async () => {
    await using storage = await open();
    const { db, transact } = storage;
    await fill(storage, "g", ["ann", 100]);
    await fill(storage, "h", ["ann", 60]);
    await fill(storage, "i", ["ann", 20]);
    const request = (groupID: string, userID: string, reqTime: number) =>
      newRequest(groupID, userID, {
        reqMsg: "",
        reqTime,
        joinSource: 3,
        inviterUserID: "",
        ex: "",
      });
    await transact(async (tx) => {
      await replaceRequest(tx, request("g", "bob", 1));
      await replaceRequest(tx, request("h", "bob", 2));
      await replaceRequest(tx, request("i", "bob", 3));
      await replaceRequest(tx, request("g", "cyd", 4));
      await replaceRequest(tx, request("g", "bob", 5));
      await handleRequest(tx, {
        ...request("g", "cyd", 4),
        handleResult: -1,
        handleMsg: "no",
        handleUserID: "ann",
        handleTime: 9,
      });
    });
    expect(await findRequest(db, "g", "cyd")).toMatchObject({
      handleResult: -1,
      handleMsg: "no",
      handleUserID: "ann",
      handleTime: 9,
    });
    const page = { offset: 0, limit: 9 };
    const list = async (
      filter: Partial<Parameters<typeof pageRequests>[1]>,
    ) => {
      const { total, requests } = await pageRequests(
        db,
        { groupIDs: [], handleResults: [], ...filter },
        page,
      );
      expect(requests).toHaveLength(total);
      return requests.map(({ groupID, userID }) => `${groupID}/${userID}`);
    };
    const managerID = "ann";
    expect(await list({ managerID })).toEqual(["g/bob", "g/cyd", "h/bob"]);
    expect(await list({ managerID, handleResults: [-1] })).toEqual(["g/cyd"]);
    expect(await list({ managerID, groupIDs: ["h", "i"] })).toEqual(["h/bob"]);
    expect(await list({ userID: "bob" })).toEqual(["g/bob", "i/bob", "h/bob"]);
    expect([
      await countWaiting(db, "ann", 0),
      await countWaiting(db, "ann", 2),
    ]).toEqual([2, 1]);
  });
});
