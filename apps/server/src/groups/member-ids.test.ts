import { expect, test } from "bun:test";

import { createCaches } from "../storage/caches.ts";
import type { Transaction } from "../storage/writer.ts";
import { createMemberIDs } from "./member-ids.ts";

/** A transaction that ends when the test says so. */
function openTransaction() {
  const undo: (() => void)[] = [];
  const committed: (() => void)[] = [];
  const tx = {
    onRollback: (action: () => void) => void undo.push(action),
    forget: (_memory: unknown, _keys: unknown, instead: () => void) =>
      void committed.push(instead),
  } as unknown as Transaction;
  return {
    tx,
    commit: () => committed.forEach((action) => action()),
    rollBack: () => undo.reverse().forEach((action) => action()),
  };
}

/** A database with these members that counts queries. */
function database(groups: Record<string, string[]>) {
  const loads: string[] = [];
  return {
    loads,
    groups,
    caches: createCaches(),
    async load(groupID: string) {
      loads.push(groupID);
      return [...(groups[groupID] ?? [])];
    },
  };
}

test("a group is read once, however many join and leave", async () => {
  const db = database({ g: ["ann", "bob"] });
  const ids = createMemberIDs(db);
  const { tx, commit } = openTransaction();

  expect(await ids.get("g")).toEqual(["ann", "bob"]);
  expect(await ids.add(tx, "g", ["cyd"])).toEqual(["ann", "bob", "cyd"]);
  expect(await ids.remove(tx, "g", ["ann"])).toEqual(["ann", "bob", "cyd"]);
  commit();

  expect(await ids.get("g")).toEqual(["bob", "cyd"]);
  expect(db.loads).toEqual(["g"]);
});

test("a list that was handed out stays as it was", async () => {
  const ids = createMemberIDs(database({ g: ["ann", "bob"] }));
  const before = await ids.get("g");
  const { tx, commit } = openTransaction();
  await ids.remove(tx, "g", ["ann"]);
  commit();
  expect(before).toEqual(["ann", "bob"]);
});

test("a change that is undone leaves no trace", async () => {
  const ids = createMemberIDs(database({ g: ["ann", "bob"] }));
  const { tx, rollBack } = openTransaction();
  await ids.add(tx, "g", ["cyd"]);
  await ids.remove(tx, "g", ["ann"]);
  rollBack();
  expect([...(await ids.get("g"))].sort()).toEqual(["ann", "bob"]);
});

test("a member who was there already is there once", async () => {
  const ids = createMemberIDs(database({ g: ["ann"] }));
  const { tx, commit } = openTransaction();
  await ids.add(tx, "g", ["ann", "bob"]);
  commit();
  expect(await ids.get("g")).toEqual(["ann", "bob"]);
});

test("what was read while a change was on its way is not kept", async () => {
  const db = database({ g: ["ann"] });
  let answer = (_ids: readonly string[]) => {};
  const waits = new Promise<readonly string[]>((resolve) => (answer = resolve));
  let loads = 0;
  const ids = createMemberIDs({
    caches: createCaches(),
    load: (groupID) => (loads++ === 0 ? waits : db.load(groupID)),
  });
  const asked = ids.get("g");
  const { tx, commit } = openTransaction();
  const added = ids.add(tx, "g", ["bob"]);
  answer(["ann"]);
  await asked;
  await added;
  db.groups["g"] = ["ann", "bob"];
  commit();
  expect(await ids.get("g")).toEqual(["ann", "bob"]);
});

test("only so many ids are remembered, the longest unused go first", async () => {
  const db = database({ a: ["1", "2"], b: ["3", "4"], c: ["5", "6"] });
  const ids = createMemberIDs({ ...db, capacity: 4 });
  await ids.get("a");
  await ids.get("b");
  await ids.get("a");
  await ids.get("c");
  await ids.get("a");
  expect(db.loads).toEqual(["a", "b", "c"]);
  await ids.get("b");
  expect(db.loads).toEqual(["a", "b", "c", "b"]);
});

test("a group larger than all that may be remembered is remembered alone", async () => {
  const db = database({ big: ["1", "2", "3"], a: ["4"] });
  const ids = createMemberIDs({ ...db, capacity: 2 });
  await ids.get("a");
  await ids.get("big");
  await ids.get("big");
  expect(db.loads).toEqual(["a", "big"]);
});
