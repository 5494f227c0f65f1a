import { expect, test } from "bun:test";

import { errors } from "@parley/protocol/errors";
import type { MsgData } from "@parley/protocol/generated/sdkws";
import { MsgData as Message } from "@parley/protocol/generated/sdkws";

import {
  causeOf,
  chatsOver,
  codeOf,
  newUser,
  root,
  start,
  textTo,
} from "../../testing/messages/chats.ts";
import type { Chats } from "../../testing/messages/chats.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { Draft } from "./hooks.ts";

const chat = "si_ann_bob";

/** Stored messages of a conversation. */
async function stored(chats: Chats, conversationID: string) {
  const head = await chats.log.find(conversationID);
  const found = head ? await chats.log.read(head, 1, head.maxSeq) : [];
  return found.map(({ data }) => Message.decode(data));
}

/** Everybody who can stand in the way of a message. */
const people = [
  newUser("ann"),
  newUser("bob"),
  newUser("deaf", { globalRecvMsgOpt: 1 }),
  newUser("quiet", { globalRecvMsgOpt: 2 }),
  newUser("system", { appMangerLevel: 4 }),
  newUser(root),
];

/** A chat of which the owner wants no messages (1), or none that ring (2). */
const optionOf = (chats: Chats, owner: string, peer: string, option: number) =>
  chats.transact((tx) =>
    chats.conversations.ensure(tx, [
      {
        ...{ ownerUserID: owner, userID: peer, groupID: "" },
        ...{ conversationID: chat, conversationType: 1 },
        begins: { recv_msg_opt: option },
      },
    ]),
  );

forEachEngine("a message that is sent", (open) => {
  test.each<
    [
      what: string,
      as: string,
      from: string,
      to: string | { groupID: string },
      more: Partial<MsgData>,
      code: number,
    ]
  >([
    ["to a user", "ann", "ann", "bob", {}, 0],
    ["to oneself", "ann", "ann", "ann", {}, 0],
    ["in another's name", "ann", "bob", "ann", {}, 1002],
    ["in another's name, by an administrator", root, "ann", "bob", {}, 0],
    ["by nobody", "nobody", "nobody", "bob", {}, 1004],
    ["to nobody", "ann", "ann", "nobody", {}, 1004],
    ["to who refuses all messages", "ann", "ann", "deaf", {}, 1001],
    ["to who wants no push", "ann", "ann", "quiet", {}, 0],
    ["without content", "ann", "ann", "bob", { content: Buffer.of() }, 1001],
    ["of the server's types", "ann", "ann", "bob", { contentType: 1201 }, 1002],
    [
      "of those by an administrator",
      root,
      root,
      "bob",
      { contentType: 1201 },
      0,
    ],
    ["to a group", "ann", "ann", { groupID: "tea" }, {}, 0],
    [
      "as an official account, by a user",
      ...([
        "ann",
        "ann",
        "bob",
        { sessionType: 4, contentType: 1400 },
      ] as const),
      1002,
    ],
    [
      "as an official account, by one",
      ...(["system", "system", "bob"] as const),
      // Notices are for administrators to send; others send by REST.
      { sessionType: 4, contentType: 1400 },
      1002,
    ],
  ])("%s", async (_what, as, from, to, more, code) => {
    await using storage = await open();
    const groups = { tea: ["ann", "bob"] };
    const chats = await chatsOver(storage, { users: people, groups });
    const send = async () =>
      (await chats.sending.accept(causeOf(as), textTo(from, to, more))).acked;
    expect(await codeOf(send())).toBe(code);
    const { length } = chats.pushes;
    expect(length).toBe(code === 0 ? 1 : 0);
  });

  test("is refused for its form before its sender is looked at, and a stranger before the receiver", async () => {
    await using storage = await open();
    const asked: string[] = [];
    const chats = await chatsOver(storage, {
      users: people,
      requireWelcome: async ({ sendID, recvID }) => {
        asked.push(`${sendID} ${recvID}`);
        throw errors.blockedByPeer("no");
      },
      requireGroupSpeaker: ({ groupID }) => {
        asked.push(groupID);
        throw errors.notInGroup("no");
      },
    });
    const blocked = errors.blockedByPeer("").code;
    const foreign = errors.notInGroup("").code;
    expect(await codeOf(chats.say("nobody", "", {}))).toBe(1001);
    expect(await codeOf(chats.say("nobody", "bob"))).toBe(1004);
    expect(asked).toEqual([]);
    // Blocked: that the receiver takes nothing, or is not there, stays unsaid.
    for (const receiver of ["bob", "deaf", "nobody"])
      expect(await codeOf(chats.say("ann", receiver))).toBe(blocked);
    expect(await codeOf(chats.say("ann", { groupID: "tea" }))).toBe(foreign);
    expect(asked).toEqual(["ann bob", "ann deaf", "ann nobody", "tea"]);
    // The system's own accounts and administrators are always welcome.
    expect(await codeOf(chats.say("system", "bob"))).toBe(0);
    expect(await codeOf(chats.say(root, "bob"))).toBe(0);
    expect(await codeOf(chats.say(root, "deaf"))).toBe(1001);
  });

  test.each<[contentType: number, option: number, code: number, push: boolean]>(
    [
      [101, 0, 0, true],
      [101, 1, 1001, true],
      [101, 2, 0, false],
      [2200, 1, 0, true],
    ],
  )(
    "of type %d to a conversation with receive option %d answers %d",
    async (contentType, option, code, rings) => {
      await using storage = await open();
      const chats = await chatsOver(storage, { users: people });
      await optionOf(chats, "bob", "ann", option);
      const { sending } = chats;
      const data = textTo("ann", "bob", { contentType });
      // Receipts are the server's: they come without a socket.
      const send = async () =>
        (await sending.acceptFromServer(causeOf("ann"), data)).acked;
      expect(await codeOf(send())).toBe(code);
      if (code !== 0 || contentType !== 101) return;
      const [message] = await stored(chats, chat);
      expect(message?.options["offlinePush"] ?? true).toBe(rings);
    },
  );

  test("gets its id, time and seq from the server, and keeps what the client said", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage);
    const before = { clientMsgID: "c1", status: 1, seq: 99, isRead: true };
    const ack = await chats.say("ann", "bob", { ...before, ex: "e" });
    expect(ack).toMatchObject({ clientMsgID: "c1" });
    expect(ack.sendTime).toBeGreaterThanOrEqual(start);
    expect(await stored(chats, chat)).toMatchObject([
      {
        ...{ serverMsgID: ack.serverMsgID, sendTime: ack.sendTime, seq: 1 },
        ...{ clientMsgID: "c1", status: 2, isRead: false, ex: "e" },
      },
    ]);
    // What one sent, one has read.
    const head = await chats.log.find(chat);
    if (!head) throw new Error("nothing was stored");
    expect(await chats.access.readSeqOf("ann", head)).toBe(1);
    expect(await chats.access.readSeqOf("bob", head)).toBe(0);
  });

  test("again is answered as the first time, and stored once", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage);
    const again = { clientMsgID: "c1" };
    const [first, ...others] = await Promise.all([
      chats.say("ann", "bob", again),
      chats.say("ann", "bob", again),
    ]);
    others.push(await chats.say("ann", "bob", again));
    for (const each of others) expect(each).toEqual(first);
    // Another sender's, or from the server, it is another message.
    await chats.say("bob", "ann", again);
    const { acked } = await chats.sending.acceptFromServer(
      causeOf("ann"),
      textTo("ann", "bob", again),
    );
    await acked;
    expect((await stored(chats, chat)).map(({ sendID }) => sendID)).toEqual([
      "ann",
      "bob",
      "ann",
    ]);
  });

  test.each<
    [
      what: string,
      options: Record<string, boolean>,
      isStored: boolean,
      to: string[],
    ]
  >([
    ["everything", {}, true, ["bob", "ann"]],
    ["no copy for the sender", { senderSync: false }, true, ["bob"]],
    ["no history", { history: false }, false, ["bob", "ann"]],
  ])("wants %s", async (_what, options, isStored, receivers) => {
    await using storage = await open();
    const chats = await chatsOver(storage);
    await chats.say("ann", "bob", { options });
    expect(chats.told()).toEqual([[101, chat, ...receivers]]);
    expect(await stored(chats, chat)).toHaveLength(isStored ? 1 : 0);
    expect(await chats.conversations.listIDs("bob")).toEqual(
      isStored ? [chat] : [],
    );
  });
});

forEachEngine("a message that a webhook looks at", (open) => {
  test.each<[what: string, to: string | { groupID: string }, asked: string[]]>([
    ["a user", "bob", ["single ann bob"]],
    ["a group", { groupID: "tea" }, ["group ann tea"]],
  ])(
    "to %s is stored when the webhook has agreed",
    async (_what, to, expected) => {
      await using storage = await open();
      const asked: string[] = [];
      const ask =
        (kind: string) =>
        async ({ view }: Draft): Promise<void> => {
          asked.push(`${kind} ${view.sendID} ${view.recvID || view.groupID}`);
          if (view.clientMsgID === "no") throw errors.noPermission("refused");
        };
      const chats = await chatsOver(storage, {
        ...{ users: people, groups: { tea: ["ann", "bob"] } },
        hooks: { beforeSingle: ask("single"), beforeGroup: ask("group") },
      });
      await chats.say("ann", to);
      expect(asked).toEqual(expected);
      expect(chats.told()).toHaveLength(1);
      expect(await codeOf(chats.say("ann", to, { clientMsgID: "no" }))).toBe(
        1002,
      );
      expect(chats.told()).toEqual([]);
    },
  );

  test("is not shown to it when it is the system's", async () => {
    await using storage = await open();
    const asked: string[] = [];
    const chats = await chatsOver(storage, {
      users: people,
      hooks: {
        beforeSingle: async ({ view }) => void asked.push(view.sendID),
      },
    });
    await chats.say(root, "bob");
    await chats.say("ann", "bob");
    expect(asked).toEqual(["ann"]);
  });

  test("is refused if that was forbidden while the webhook thought", async () => {
    await using storage = await open();
    let isBlocked = false;
    const chats = await chatsOver(storage, {
      users: people,
      requireWelcome() {
        if (isBlocked) throw errors.blockedByPeer("no");
      },
      hooks: { beforeSingle: async () => void (isBlocked = true) },
    });
    expect(await codeOf(chats.say("ann", "bob"))).toBe(
      errors.blockedByPeer("").code,
    );
    expect(await stored(chats, chat)).toEqual([]);
  });

  test("is refused if its sender was signed out while the webhook thought", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage, {
      users: people,
      hooks: { beforeSingle: async () => undefined },
    });
    const send = async () =>
      chats.sending.accept(causeOf("ann"), textTo("ann", "bob"), async () => {
        throw errors.tokenKicked("signed out");
      });
    expect(await codeOf(send())).toBe(errors.tokenKicked("").code);
    expect(await stored(chats, chat)).toEqual([]);
  });

  test("is refused if its sender was deleted while the webhook thought", async () => {
    await using storage = await open();
    const chats: Chats = await chatsOver(storage, {
      ...{ users: people, groups: { tea: ["ann", "bob"] } },
      hooks: { beforeGroup: async () => chats.deleteUser("ann") },
    });
    const tea = { groupID: "tea" };
    expect(await codeOf(chats.say("ann", tea))).toBe(1004);
    expect(await stored(chats, "sg_tea")).toEqual([]);
  });

  test("goes where the webhook sends it, and its sender hears what was changed", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage, {
      users: people,
      hooks: {
        modify: async ({ view, serverMsgID }) => ({
          fields: { recvID: "quiet" },
          message: Message.create({
            ...Message.decode(view.bytes),
            ...{ recvID: "quiet", serverMsgID, ex: "changed" },
          }),
        }),
      },
    });
    const ack = await chats.say("ann", "bob", { clientMsgID: "c1" });
    expect(ack.modified?.fields).toEqual({ recvID: "quiet" });
    expect(await stored(chats, chat)).toEqual([]);
    expect(await stored(chats, "si_ann_quiet")).toMatchObject([
      { recvID: "quiet", ex: "changed", serverMsgID: ack.serverMsgID },
    ]);
    // Sent again it is the same, wherever it went.
    const again = await chats.say("ann", "bob", { clientMsgID: "c1" });
    expect(again.serverMsgID).toBe(ack.serverMsgID);
    expect(await stored(chats, "si_ann_quiet")).toHaveLength(1);
  });
});

forEachEngine("a notice that a client sends to be shown", (open) => {
  const notice = {
    contentType: 1201,
    options: { isNotNotification: false, isSendMsg: true, offlinePush: true },
  };

  test("leaves a copy before it, which is stored and rings in its place", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage, { users: people });
    const ack = await chats.say(root, "bob", notice);
    const [copy, original] = chats.pushes;
    expect(copy?.conversationID).toBe("si_bob_root");
    expect(original?.conversationID).toBe("n_bob_root");
    const optionsOf = (push: typeof copy) =>
      Message.decode(push?.data ?? Buffer.of()).options;
    expect(optionsOf(copy)).toEqual({ offlinePush: true, unreadCount: true });
    expect(optionsOf(original)).toMatchObject({
      ...{ isNotNotification: false, offlinePush: false, unreadCount: false },
    });
    expect(await stored(chats, "si_bob_root")).toMatchObject([
      { serverMsgID: ack.serverMsgID },
    ]);
  });

  test("comes after its copy also where it is not stored itself", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage, { users: people });
    const options = { ...notice.options, history: false };
    await chats.say(root, "bob", { ...notice, options });
    expect(chats.told().map(([, conversationID]) => conversationID)).toEqual([
      ...["si_bob_root", "n_bob_root"],
    ]);
    expect(await stored(chats, "n_bob_root")).toEqual([]);
  });
});
