import { expect, test } from "bun:test";

import { ContentType, MsgStatus } from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import { MsgData, UserInfo } from "@parley/protocol/generated/sdkws";
import {
  AddFavorite,
  GetFavorites,
  maxFavorites,
  maxFavoritesPage,
  RemoveFavorite,
} from "@parley/protocol/methods/favorites";

import { createUserSeqs } from "../conversations/user-seqs.ts";
import { markBits } from "../message-log/mark-bits.ts";
import { openMessageLog } from "../message-log/log.ts";
import { createMessageAccess } from "../messages/access.ts";
import { insertDeletions, insertRevocation } from "../messages/marks.ts";
import { createPulling } from "../messages/pull.ts";
import { createViews } from "../messages/views.ts";
import { chunksOf } from "../storage/chunks.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { createFavoriteFeature } from "./feature.ts";
import { createFavorites } from "./favorites.ts";
import { favoritesMigration } from "./migration.ts";
import { favoriteRoutes } from "./routes.ts";

const chat = "si_ann_bob";
const pageOf = (pageNumber: number, showNumber: number) => ({
  pageNumber,
  showNumber,
});
const all = { offset: 0, limit: 20 };

/** Ann and Bob, who have said five things to each other. */
async function chatIn({ engine, writer, db, transact, caches }: TestStorage) {
  const clock = { now: 1_000 };
  const now = () => clock.now++;
  const userSeqs = createUserSeqs(db, caches);
  const log = await openMessageLog({
    ...{ caches, engine, writer, now },
    raiseReadSeqs: userSeqs.raiseRead,
  });
  const access = createMessageAccess({
    ...{ log, userSeqs },
    glance: () => null,
    isRowDeleted: () => Promise.resolve(false),
    groupNoticeLimit: () => Promise.resolve(undefined),
    membership: () => Promise.resolve(undefined),
  });
  const gone = new Set<string>();
  const deps = {
    ...{ db, transact, now },
    users: {
      async get(userID: string) {
        if (gone.has(userID)) throw errors.notFound(`no user '${userID}'`);
        return UserInfo.create({ userID });
      },
    },
    pulling: createPulling({
      ...{ log, access, userSeqs },
      views: createViews({ engine, log }),
      countGone: () => Promise.resolve([]),
      listBounds: () => Promise.resolve([]),
    }),
  };
  const favorites = createFavorites(deps);

  const head = await log.open(chat);
  for (const text of ["one", "two", "three", "four", "five"])
    await transact(async (tx) =>
      log.append(tx, head, {
        ...{ sendID: "ann", contentType: 101, sendTime: 1, resendKey: 0 },
        unsealed: MsgData.encode({
          ...{ sendID: "ann", recvID: "bob", sessionType: 1, contentType: 101 },
          content: new TextEncoder().encode(text),
        }),
      }),
    );

  return {
    ...{ favorites, log, head, userSeqs, gone },
    depart: createFavoriteFeature(deps).depart!,
    add: (userID: string, seq: number, conversationID = chat) =>
      favorites.add(userID, { conversationID, seq }),
    async seen(userID: string, page = all) {
      const { total, favorites: found } = await favorites.list(userID, page);
      const messages = found.map(({ message }) => ({
        seq: message?.seq,
        status: message?.status,
        contentType: message?.contentType,
        text: new TextDecoder().decode(message?.content),
      }));
      return { total, texts: messages.map(({ text }) => text), messages };
    },
  };
}

forEachEngine(
  "favorites",
  (open) => {
    test("are listed page by page, the newest favorite first", async () => {
      await using storage = await open();
      const { add, seen, favorites } = await chatIn(storage);
      for (const seq of [4, 1, 3]) await add("bob", seq);
      // Once more: neither twice nor first.
      await add("bob", 4);
      await add("ann", 2);

      expect(await seen("bob")).toMatchObject({
        total: 3,
        texts: ["three", "one", "four"],
      });
      expect(await seen("bob", { offset: 2, limit: 2 })).toMatchObject({
        total: 3,
        texts: ["four"],
      });
      await favorites.remove("bob", { conversationID: chat, seq: 1 });
      await favorites.remove("bob", { conversationID: chat, seq: 1 });
      expect((await seen("bob")).texts).toEqual(["three", "four"]);
      expect((await seen("ann")).texts).toEqual(["two"]);
    });

    test("are only of messages that their user can read", async () => {
      await using storage = await open();
      const { add, seen, userSeqs, log, head } = await chatIn(storage);
      await storage.transact(async (tx) => {
        await userSeqs.raiseMins(tx, "bob", [
          { conversationID: chat, minSeq: 2 },
        ]);
        await log.remove(tx, head, [3]);
      });
      const refused = { code: 1004 };
      await expect(add("eve", 4)).rejects.toMatchObject(refused);
      await expect(add("bob", 1)).rejects.toMatchObject(refused);
      await expect(add("bob", 3)).rejects.toMatchObject(refused);
      await expect(add("bob", 6)).rejects.toMatchObject(refused);
      await expect(add("bob", 4, "si_bob_eve")).rejects.toMatchObject(refused);
      expect(await seen("eve")).toMatchObject({ total: 0 });
      expect(await seen("bob")).toMatchObject({ total: 0 });
      await add("ann", 1);
      expect((await seen("ann")).texts).toEqual(["one"]);
    });

    test("show nothing of a message that their user can no longer read", async () => {
      await using storage = await open();
      const { add, seen, favorites, userSeqs, log, head } =
        await chatIn(storage);
      for (const seq of [1, 2, 3, 4, 5]) await add("bob", seq);
      await storage.transact(async (tx) => {
        await userSeqs.raiseMins(tx, "bob", [
          { conversationID: chat, minSeq: 2 },
        ]);
        await log.remove(tx, head, [2]);
        await insertDeletions(tx, head.id, "bob", [3]);
        const by = { userID: "ann", role: 0, nickname: "Ann", time: 2 };
        await insertRevocation(tx, head.id, { seq: 4, ...by });
        await log.mark(tx, head, markBits.goneOrRevoked);
      });

      const { total, messages } = await seen("bob");
      expect(total).toBe(5);
      expect(messages).toMatchObject([
        { seq: 5, text: "five" },
        { seq: 4, contentType: ContentType.MsgRevokeNotification },
        { seq: 3, status: MsgStatus.deleted, text: "" },
        { seq: 2, status: MsgStatus.deleted, text: "" },
        { seq: 1, status: MsgStatus.deleted, text: "" },
      ]);
      expect(messages[1]?.text).not.toContain("four");

      // What is gone can still be taken off the list.
      for (const seq of [1, 2, 3])
        await favorites.remove("bob", { conversationID: chat, seq });
      expect(await seen("bob")).toMatchObject({ total: 2 });
    });

    test("are bounded in number for each user", async () => {
      await using storage = await open();
      const { add, favorites } = await chatIn(storage);
      await storage.transact(async (tx) => {
        const rows = Array.from({ length: maxFavorites }, (_, at) => ({
          ...{ user_id: "bob", conversation_id: "si_bob_cleo" },
          ...{ seq: at + 1, create_time: 1 },
        }));
        for (const chunk of chunksOf(rows))
          await tx.db.insertInto("favorites").values(chunk).execute();
      });
      await expect(add("bob", 1)).rejects.toMatchObject({ code: 1001 });
      await add("ann", 1);
      const place = { conversationID: "si_bob_cleo", seq: 7 };
      await favorites.remove("bob", place);
      await add("bob", 1);
      // It is one already, so there is nothing to add.
      await add("bob", 1);
      await expect(add("bob", 2)).rejects.toMatchObject({ code: 1001 });
    });

    test("are not asked for by seq 0, nor by pages without a number or end", async () => {
      await using storage = await open();
      const { favorites } = await chatIn(storage);
      const codes = await Promise.all(
        (
          [
            [AddFavorite, { userID: "bob", conversationID: chat, seq: 0 }],
            [RemoveFavorite, { userID: "bob", conversationID: chat, seq: -1 }],
            [GetFavorites, { userID: "bob" }],
            [GetFavorites, { userID: "bob", pagination: pageOf(0, 20) }],
            [
              GetFavorites,
              { userID: "bob", pagination: pageOf(1, maxFavoritesPage + 1) },
            ],
            [GetFavorites, { userID: "bob", pagination: pageOf(1, 20) }],
          ] as const
        ).map(([{ path }, body]) =>
          favoriteRoutes(favorites)
            .find(({ method }) => method.path === path)!
            .answer(
              {
                cause: {
                  actor: { userID: "bob", platformID: 1, isAdmin: false },
                  operationID: "op",
                },
                address: "",
                headers: new Headers(),
                query: new URLSearchParams(),
              },
              JSON.stringify(body),
            )
            .then(
              () => 0,
              (error: any) => (error.refusal ?? error).code,
            ),
        ),
      );
      expect(codes).toEqual([1001, 1001, 1001, 1001, 1001, 0]);
    });

    test("go with their user, and nobody else's do", async () => {
      await using storage = await open();
      const { add, seen, depart, gone } = await chatIn(storage);
      for (const seq of [1, 2]) await add("bob", seq);
      await add("ann", 1);
      let removed = 0;
      const user = { userID: "bob", operationID: "op", operatorUserID: "" };
      await depart(
        { ...user, withMessages: false },
        {
          once: () => Promise.reject(new Error("it may be interrupted")),
          async untilNothing(work) {
            for (;;) {
              const { favorites = 0 } = await storage.transact(work);
              if (favorites === 0) return;
              removed += favorites;
            }
          },
        },
      );
      expect(removed).toBe(2);
      expect(await seen("bob")).toMatchObject({ total: 0 });
      expect(await seen("ann")).toMatchObject({ total: 1 });

      // A request that was under way leaves nothing for who takes the id next.
      gone.add("bob");
      await expect(add("bob", 3)).rejects.toMatchObject({ code: 1004 });
      expect(await seen("bob")).toMatchObject({ total: 0 });
    });
  },
  [favoritesMigration],
);
