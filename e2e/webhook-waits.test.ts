import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { startPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import type { EmbeddedPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import {
  CreateGroup,
  DismissGroup,
  JoinGroup,
  KickGroup,
  MuteGroup,
  MuteGroupMember,
  QuitGroup,
} from "@parley/protocol/methods/groups";
import {
  AddBlack,
  AddFriend,
  AddFriendResponse,
  GetBlackList,
  GetFullFriendUserIDs,
  ImportFriend,
} from "@parley/protocol/methods/friends";
import {
  SetGlobalMsgRecvOpt,
  UserRegister,
} from "@parley/protocol/methods/users";
import { DeleteUser } from "@parley/protocol/methods/deletion";
import { ForceLogout } from "@parley/protocol/methods/auth";
import { GetAllConversations } from "@parley/protocol/methods/conversations";

import { Admin, Client, post } from "./client.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";
import type { Called } from "./client.ts";

// A receiver may take seconds for its answer. What it was asked about may not be
// allowed any more by then, and others were told so already.

let postgres: EmbeddedPostgres | undefined;
afterAll(() => postgres?.stop());

/** A question that waits for its answer. */
interface Question {
  command: string;
  answer(body?: object): void;
}

/** A receiver that answers what it is told to, when it is told to. */
function startReceiver() {
  const waiting: Question[] = [];
  let arrived = Promise.withResolvers<void>();
  const isHeld = new Set<string>();
  const receiver = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { callbackCommand: command } = (await request.json()) as {
        callbackCommand: string;
      };
      if (!isHeld.has(command)) return Response.json({});
      const { promise, resolve } = Promise.withResolvers<object>();
      waiting.push({ command, answer: (body = {}) => resolve(body) });
      arrived.resolve();
      return Response.json(await promise);
    },
  });
  return {
    url: `http://127.0.0.1:${receiver.port}/hooks`,
    hold: (...commands: string[]) => {
      isHeld.clear();
      for (const command of commands) isHeld.add(command);
    },
    /** The next question, which waits for its answer. */
    async asked(): Promise<Question> {
      while (waiting.length === 0) {
        await arrived.promise;
        arrived = Promise.withResolvers();
      }
      return waiting.shift()!;
    },
    stop: () => receiver.stop(true),
  };
}

const hooks = [
  "beforeSendSingleMsg",
  "beforeSendGroupMsg",
  "beforeMsgModify",
  "beforeAddFriend",
  "beforeAddFriendAgree",
  "beforeImportFriends",
  "beforeAddBlack",
  "beforeApplyJoinGroup",
  "beforeCreateGroup",
  "beforeCreateSingleChatConversations",
];

const beforeGroup = "callbackBeforeSendGroupMsgCommand";
const beforeSingle = "callbackBeforeSendSingleMsgCommand";
const modify = "callbackBeforeMsgModifyCommand";

const codeOf = (work: Promise<unknown>): Promise<number> =>
  work.then(
    () => 0,
    ({ code }: { code: number }) => code,
  );

describe.each(["sqlite", "postgres"])(
  "while a receiver is asked, %s",
  (kind) => {
    let receiver: ReturnType<typeof startReceiver>;
    let server: RunningServer;
    let admin: Admin;

    beforeAll(async () => {
      if (kind === "postgres") postgres ??= await startPostgres();
      receiver = startReceiver();
      const on = { enable: true, timeout: 60 };
      server = await startServer({
        environment: {
          PARLEY_DATABASE_URL:
            kind === "postgres" ? await postgres!.createDatabase() : "",
          PARLEY_WEBHOOKS_URL: receiver.url,
          PARLEY_WEBHOOKS_HOOKS: JSON.stringify(
            Object.fromEntries(hooks.map((name) => [name, on])),
          ),
        },
      });
      admin = await Admin.signIn(server.api);
    });
    afterAll(async () => {
      await server[Symbol.asyncDispose]();
      await receiver.stop();
    });

    async function people(...names: string[]) {
      receiver.hold();
      const userIDs = await admin.users(...names);
      return Promise.all(
        userIDs.map(async (userID) => {
          const token = await admin.tokenOf(userID);
          return {
            userID,
            token,
            client: await Client.connect(server.ws, userID, token),
            post: (route: Called, body: object) =>
              post(server.api, route, body, token),
          };
        }),
      );
    }
    type Person = Awaited<ReturnType<typeof people>>[number];

    async function group(owner: Person, ...members: Person[]): Promise<string> {
      const { groupInfo } = await admin.post<{
        groupInfo: { groupID: string };
      }>(CreateGroup, {
        ownerUserID: owner.userID,
        memberUserIDs: members.map(({ userID }) => userID),
        groupInfo: { groupType: 2, groupName: "tea" },
      });
      return groupInfo.groupID;
    }

    const textsIn = async (who: Person, conversationID: string) => {
      const messages = await who.client.pull(conversationID, 1, 100);
      return messages
        .filter(({ contentType }) => contentType === 101)
        .map(({ content }) => new TextDecoder().decode(content));
    };

    interface Change {
      what: string;
      code: number;
      make(ann: Person, bob: Person, groupID: string): Promise<unknown>;
    }
    const ofGroup: Change[] = [
      {
        what: "its sender is kicked",
        code: 1203,
        make: (ann, bob, groupID) =>
          ann.post(KickGroup, {
            groupID,
            kickedUserIDs: [bob.userID],
          }),
      },
      {
        what: "the group is dismissed",
        code: 1204,
        make: (ann, _bob, groupID) => ann.post(DismissGroup, { groupID }),
      },
      {
        what: "its sender is muted",
        code: 1402,
        make: (ann, bob, groupID) =>
          ann.post(MuteGroupMember, {
            groupID,
            userID: bob.userID,
            mutedSeconds: 60,
          }),
      },
      {
        what: "the group is muted",
        code: 1403,
        make: (ann, _bob, groupID) => ann.post(MuteGroup, { groupID }),
      },
      {
        what: "its sender quits",
        code: 1203,
        make: (_ann, bob, groupID) =>
          bob.post(QuitGroup, { groupID, userID: bob.userID }),
      },
    ];
    for (const command of [beforeGroup, modify])
      for (const { what, code, make } of ofGroup)
        test(`a group message is not stored after ${what} (${command})`, async () => {
          const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
          const groupID = await group(ann, bob);
          receiver.hold(command);
          const said = codeOf(
            bob.client.say("", "late", { groupID, sessionType: 3 }),
          );
          const question = await receiver.asked();
          await make(ann, bob, groupID);
          question.answer();
          expect(await said).toBe(code);
          expect(await textsIn(ann, `sg_${groupID}`)).toEqual([]);
        });

    const ofPair: Change[] = [
      {
        what: "the receiver blocks its sender",
        code: 1302,
        make: (ann, bob) =>
          ann.post(AddBlack, {
            ownerUserID: ann.userID,
            blackUserID: bob.userID,
          }),
      },
      {
        what: "the receiver takes no more messages",
        code: 1001,
        make: (ann) =>
          ann.post(SetGlobalMsgRecvOpt, {
            userID: ann.userID,
            globalRecvMsgOpt: 1,
          }),
      },
      {
        what: "the receiver is deleted",
        code: 1004,
        make: (ann) => admin.post(DeleteUser, { userID: ann.userID }),
      },
    ];
    for (const command of [beforeSingle, modify])
      for (const { what, code, make } of ofPair)
        test(`a message is not stored after ${what} (${command})`, async () => {
          const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
          receiver.hold(command);
          const said = codeOf(bob.client.say(ann.userID, "late"));
          const question = await receiver.asked();
          await make(ann, bob, "");
          question.answer();
          expect(await said).toBe(code);
          const ids = [ann.userID, bob.userID].sort();
          expect(await textsIn(bob, `si_${ids.join("_")}`)).toEqual([]);
        });

    const ends: [string, (who: Person) => Promise<unknown>][] = [
      [
        "was signed out",
        ({ userID }) => admin.post(ForceLogout, { userID, platformID: 5 }),
      ],
      [
        "signed in elsewhere",
        async ({ userID }) => {
          const token = await admin.tokenOf(userID);
          await Client.connect(server.ws, userID, token);
        },
      ],
      ["was deleted", ({ userID }) => admin.post(DeleteUser, { userID })],
    ];
    for (const command of [beforeGroup, modify])
      for (const [what, end] of ends)
        test(`nothing of a sender is stored who ${what} (${command})`, async () => {
          const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
          const groupID = await group(ann, bob);
          receiver.hold(command);
          const said = codeOf(
            bob.client.say("", "late", { groupID, sessionType: 3 }),
          );
          const question = await receiver.asked();
          await end(bob);
          await bob.client.until(() => bob.client.isClosed);
          question.answer();
          // Nobody can be answered any more.
          expect(await said).not.toBe(0);
          // Later messages of the conversation are stored after it.
          receiver.hold();
          await ann.client.say("", "next", { groupID, sessionType: 3 });
          expect(await textsIn(ann, `sg_${groupID}`)).toEqual([
            JSON.stringify({ content: "next" }),
          ]);
        });

    test("a message of who lost the connection meanwhile is stored", async () => {
      const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
      const groupID = await group(ann, bob);
      receiver.hold(beforeGroup);
      const said = codeOf(
        bob.client.say("", "late", { groupID, sessionType: 3 }),
      );
      const question = await receiver.asked();
      await bob.client[Symbol.asyncDispose]();
      question.answer();
      await said;
      await ann.client.until(() => ann.client.heard().includes("late"));
    });

    const friendships: [
      string,
      string,
      (a: Person, b: Person) => Promise<unknown>,
    ][] = [
      [
        "callbackBeforeAddFriendCommand",
        "an application",
        (ann, bob) =>
          bob.post(AddFriend, {
            fromUserID: bob.userID,
            toUserID: ann.userID,
            reqMsg: "",
          }),
      ],
      [
        "callbackBeforeAddFriendAgreeCommand",
        "a friendship",
        (ann, bob) =>
          bob.post(AddFriendResponse, {
            fromUserID: ann.userID,
            toUserID: bob.userID,
            handleResult: 1,
            handleMsg: "",
          }),
      ],
      [
        "callbackBeforeImportFriendsCommand",
        "an imported friendship",
        (ann, bob) =>
          admin.post(ImportFriend, {
            ownerUserID: bob.userID,
            friendUserIDs: [ann.userID],
          }),
      ],
      [
        "callbackBeforeAddBlackCommand",
        "a block",
        (ann, bob) =>
          bob.post(AddBlack, {
            ownerUserID: bob.userID,
            blackUserID: ann.userID,
          }),
      ],
    ];
    for (const [command, what, ask] of friendships)
      test(`${what} with who is deleted meanwhile comes to nothing`, async () => {
        const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
        await ann.post(AddFriend, {
          fromUserID: ann.userID,
          toUserID: bob.userID,
          reqMsg: "",
        });
        receiver.hold(command);
        const answered = codeOf(ask(ann, bob));
        const question = await receiver.asked();
        await admin.post(DeleteUser, { userID: ann.userID });
        question.answer();
        expect(await answered).toBe(1004);
        const userID = bob.userID;
        const { userIDs } = await admin.post<{ userIDs: string[] | null }>(
          GetFullFriendUserIDs,
          { userID, idHash: 0 },
        );
        expect(userIDs ?? []).toEqual([]);
        const page = { pagination: { pageNumber: 1, showNumber: 9 } };
        const { blacks } = await admin.post<{ blacks: unknown[] | null }>(
          GetBlackList,
          { userID, ...page },
        );
        expect(blacks ?? []).toEqual([]);
      });

    test("who is deleted meanwhile joins no group, and makes none", async () => {
      const [ann, bob, cyd] = await people("ann", "bob", "cyd");
      const groupID = await group(ann!, bob!);
      receiver.hold(
        "callbackBeforeJoinGroupCommand",
        "callbackBeforeCreateGroupCommand",
      );
      const joined = codeOf(
        cyd!.post(JoinGroup, {
          groupID,
          joinSource: 3,
          inviterUserID: cyd!.userID,
        }),
      );
      const first = await receiver.asked();
      const made = codeOf(
        ann!.post(CreateGroup, {
          ownerUserID: ann!.userID,
          memberUserIDs: [cyd!.userID],
          groupInfo: { groupID: `${groupID}x`, groupType: 2 },
        }),
      );
      const second = await receiver.asked();
      await admin.post(DeleteUser, { userID: cyd!.userID });
      first.answer();
      second.answer();
      expect([await joined, await made]).toEqual([1004, 1101]);
    });

    test("who is deleted meanwhile gets no conversation any more", async () => {
      const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
      receiver.hold("callbackBeforeCreateSingleChatConversationsCommand");
      await bob.client.say(ann.userID, "first");
      const first = await receiver.asked();
      await admin.post(DeleteUser, { userID: ann.userID });
      first.answer();
      const second = await receiver.asked();
      second.answer();
      await bob.client.until(() => bob.client.heard().includes("first"));
      await admin.post(UserRegister, {
        users: [{ userID: ann.userID, nickname: "another" }],
      });
      const { conversations } = await admin.post<{
        conversations: unknown[] | null;
      }>(GetAllConversations, { ownerUserID: ann.userID });
      expect(conversations ?? []).toEqual([]);
    });
  },
);
