import { expect, test } from "bun:test";

import { MsgData } from "@parley/protocol/generated/sdkws";

import { chatsOver } from "../../testing/messages/chats.ts";
import type { Chats } from "../../testing/messages/chats.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import { createMessageAccess } from "./access.ts";

const chat = "si_ann_bob";

/** First and last seq that the user may read; undefined: none at all. */
async function bounds({ access }: Chats, userID: string, id: string) {
  const window = await access.windowOf(userID, id);
  return window && [window.min, window.max];
}

forEachEngine("who may read a conversation", (open) => {
  test("of two users: these two, and nobody else", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage);
    expect(await bounds(chats, "ann", chat)).toBeUndefined();
    await chats.say("ann", "bob");
    await chats.say("bob", "ann");
    expect(await bounds(chats, "ann", chat)).toEqual([0, 2]);
    expect(await bounds(chats, "bob", chat)).toEqual([0, 2]);
    expect(await bounds(chats, "cat", chat)).toBeUndefined();
  });

  test("of two users who never got a row: these two all the same", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage);
    await chats.say("ann", "bob");
    await storage.transact(async (tx) => {
      await tx.db.deleteFrom("conversations").execute();
    });
    expect(await bounds(chats, "bob", chat)).toEqual([0, 1]);
  });

  test("that was deleted: not who deleted it, but the other", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage);
    await chats.say("ann", "bob");
    await chats.conversations.delete("ann", [chat]);
    expect(await bounds(chats, "ann", chat)).toBeUndefined();
    expect(await bounds(chats, "bob", chat)).toEqual([0, 1]);
  });

  test("of a group: members all of it, and who left up to then", async () => {
    await using storage = await open();
    const groups = { tea: ["ann", "bob", "cat"] };
    const chats = await chatsOver(storage, { groups });
    await chats.say("ann", { groupID: "tea" });
    await chats.leave("tea", "cat");
    await chats.say("ann", { groupID: "tea" });
    expect(await bounds(chats, "bob", "sg_tea")).toEqual([0, 2]);
    expect(await bounds(chats, "cat", "sg_tea")).toEqual([0, 1]);
    expect(await bounds(chats, "dora", "sg_tea")).toBeUndefined();
  });

  test("of a group: nothing for who left before anything was said", async () => {
    await using storage = await open();
    const groups = { tea: ["ann", "bob", "cat"] };
    const chats = await chatsOver(storage, { groups });
    await chats.leave("tea", "cat");
    await chats.say("ann", { groupID: "tea" });
    expect(await chats.access.concerns("cat", "sg_tea")).toBe(false);
    expect(await bounds(chats, "cat", "sg_tea")).toBeUndefined();
  });

  test("whom it concerns", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage, { groups: { tea: ["ann"] } });
    const { concerns } = chats.access;
    expect(await concerns("ann", chat)).toBe(true);
    expect(await concerns("cat", chat)).toBe(false);
    expect(await concerns("ann", "sg_tea")).toBe(true);
    expect(await concerns("bob", "sg_tea")).toBe(false);
  });
});

forEachEngine("who may read notices", (open) => {
  const notice = (to: { recvID: string } | { groupID: string }) => ({
    ...{ contentType: 1512, sendID: "ann", detail: "{}", isStored: true },
    ...to,
  });

  test("to a user: the two, from where they cleared them", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage);
    await storage.transact(async (tx) => {
      for (let i = 0; i < 3; i++)
        await chats.notify(tx, notice({ recvID: "bob" }), "op");
    });
    expect(await bounds(chats, "bob", "n_ann_bob")).toEqual([0, 3]);
    expect(await bounds(chats, "cat", "n_ann_bob")).toBeUndefined();
    await storage.transact((tx) =>
      chats.userSeqs.raiseMins(tx, "bob", [
        { conversationID: "n_ann_bob", minSeq: 3 },
      ]),
    );
    expect(await bounds(chats, "bob", "n_ann_bob")).toEqual([3, 3]);
  });

  test("to a group: members all, who left up to then, and nobody else", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage, { groups: { tea: ["ann", "bob"] } });
    await storage.transact(async (tx) => {
      for (let i = 0; i < 3; i++)
        await chats.notify(tx, notice({ groupID: "tea" }), "op");
    });
    const limits = new Map([
      ["ann", 0],
      ["left", 2],
    ]);
    const access = createMessageAccess({
      ...{ log: chats.log, userSeqs: chats.userSeqs },
      glance: () => null,
      isRowDeleted: async () => false,
      groupNoticeLimit: async (_groupID, userID) => limits.get(userID),
      membership: async () => undefined,
    });
    const read = async (userID: string) => {
      const window = await access.windowOf(userID, "n_tea");
      return window && [window.min, window.max];
    };
    expect(await read("ann")).toEqual([0, 3]);
    expect(await read("left")).toEqual([0, 2]);
    expect(await read("eve")).toBeUndefined();
  });

  test("under an id that a pair and a group share: each only its own", async () => {
    await using storage = await open();
    const groups = { ann_bob: ["cat"] };
    const chats = await chatsOver(storage, { groups });
    await storage.transact(async (tx) => {
      await chats.notify(tx, notice({ groupID: "ann_bob" }), "op");
      await chats.notify(tx, notice({ recvID: "bob" }), "op");
    });
    const readersOf = async (userID: string) =>
      (await chats.access.windowOf(userID, "n_ann_bob"))?.reader.readsGroup;
    expect(await readersOf("bob")).toBe(false);
    expect(await readersOf("cat")).toBe(true);
    const pulled = async (userID: string) => {
      const [found] = await chats.pulling.byRanges(
        userID,
        [{ conversationID: "n_ann_bob", begin: 1, end: 9, num: 9 }],
        0,
        1_000_000,
      );
      // A seq of somebody else's is answered without its message.
      return found?.messages
        .map(({ data }) => MsgData.decode(data))
        .flatMap(({ seq, sendID }) => (sendID === "" ? [] : [seq]));
    };
    expect(await pulled("bob")).toEqual([2]);
    expect(await pulled("cat")).toEqual([1]);
  });
});
