import { MsgStatus, PullOrder } from "@parley/protocol/content-types";
import { isNotificationID } from "@parley/protocol/conversation-ids";
import { errors } from "@parley/protocol/errors";
import { MsgData } from "@parley/protocol/generated/sdkws";
import type { Favorite } from "@parley/protocol/methods/favorites";
import { maxFavorites } from "@parley/protocol/methods/favorites";
import { readMsgData } from "@parley/protocol/msg-data";
import type { Kysely } from "kysely";

import type { Pulling } from "../messages/pull.ts";
import { selectPage } from "../storage/page.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import { aboutUsers } from "../storage/writer.ts";
import type { Transact } from "../storage/writer.ts";
import type { Users } from "../users/users.ts";

/** Names one message of a conversation. */
export interface FavoritePlace {
  conversationID: string;
  seq: number;
}

/** Messages that users marked to find them again. Others do not see the marks. */
export interface Favorites {
  /** Does nothing if it is a favorite already. Throws 1001 and 1004. */
  add(userID: string, place: FavoritePlace): Promise<void>;
  /** Does nothing if it is none; also works for messages that are gone. */
  remove(userID: string, place: FavoritePlace): Promise<void>;
  /** The newest favorite first. */
  list(
    userID: string,
    page: Page,
  ): Promise<{ total: number; favorites: Favorite[] }>;
  /** Removes at most `limit` of them and returns how many. */
  removeSome(
    db: Kysely<Schema>,
    userID: string,
    limit: number,
  ): Promise<number>;
}

export interface FavoritesDeps {
  db: Kysely<Schema>;
  transact: Transact;
  pulling: Pick<Pulling, "bySeqs">;
  users: Pick<Users, "get">;
  now: () => number;
}

export function createFavorites({
  db,
  transact,
  pulling,
  users,
  now,
}: FavoritesDeps): Favorites {
  /** The messages that the user may read, as a pull shows them. */
  async function read(
    userID: string,
    places: readonly FavoritePlace[],
  ): Promise<Map<string, Uint8Array>> {
    const wanted = Map.groupBy(places, ({ conversationID }) => conversationID);
    const pulled = await pulling.bySeqs(
      userID,
      [...wanted].map(([conversationID, each]) => ({
        conversationID,
        seqs: each.map(({ seq }) => seq),
      })),
      PullOrder.asc,
      // A page is small enough (maxFavoritesPage).
      Infinity,
    );
    return new Map(
      pulled.flatMap(({ conversationID, messages }) =>
        messages.map(({ seq, data }) => [keyOf({ conversationID, seq }), data]),
      ),
    );
  }

  async function requireReadable(
    userID: string,
    place: FavoritePlace,
  ): Promise<void> {
    const { conversationID, seq } = place;
    const data = isNotificationID(conversationID)
      ? undefined
      : (await read(userID, [place])).get(keyOf(place));
    if (!data || readMsgData(data).status >= MsgStatus.deleted)
      throw errors.notFound(`no message ${seq} in '${conversationID}'`);
  }

  return {
    async add(userID, place) {
      await requireReadable(userID, place);
      await transact(async (tx) => {
        // In here, because a deletion of the user may have passed meanwhile.
        await users.get(userID);
        const own = tx.db.selectFrom("favorites").where("user_id", "=", userID);
        const known = await own
          .where("conversation_id", "=", place.conversationID)
          .where("seq", "=", place.seq)
          .select("id")
          .executeTakeFirst();
        if (known) return;
        const { count } = await own
          .select((row) => row.fn.countAll<number>().as("count"))
          .executeTakeFirstOrThrow();
        if (Number(count) >= maxFavorites)
          throw errors.args(
            `there are ${maxFavorites} favorites already: remove some`,
          );
        await tx.db
          .insertInto("favorites")
          .values({
            user_id: userID,
            conversation_id: place.conversationID,
            seq: place.seq,
            create_time: now(),
          })
          .execute();
      }, aboutUsers(userID));
    },

    async remove(userID, { conversationID, seq }) {
      await transact(async (tx) => {
        await tx.db
          .deleteFrom("favorites")
          .where("user_id", "=", userID)
          .where("conversation_id", "=", conversationID)
          .where("seq", "=", seq)
          .execute();
      }, aboutUsers(userID));
    },

    async list(userID, page) {
      const { total, rows } = await selectPage(
        db
          .selectFrom("favorites")
          .selectAll()
          .where("user_id", "=", userID)
          .orderBy("id", "desc"),
        page,
      );
      const found = rows.map((row) => ({
        conversationID: row.conversation_id,
        seq: Number(row.seq),
        favoriteTime: Number(row.create_time),
      }));
      const readable = await read(userID, found);
      const favorites = found.map(({ conversationID, seq, favoriteTime }) => {
        const data = readable.get(keyOf({ conversationID, seq }));
        const message = data ? MsgData.decode(data) : placeholder(seq);
        return { conversationID, favoriteTime, message };
      });
      return { total, favorites };
    },

    async removeSome(db, userID, limit) {
      const { numDeletedRows } = await db
        .deleteFrom("favorites")
        .where("id", "in", (some) =>
          some
            .selectFrom("favorites")
            .select("id")
            .where("user_id", "=", userID)
            .limit(limit),
        )
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

const keyOf = ({ conversationID, seq }: FavoritePlace): string =>
  `${seq} ${conversationID}`;

/** Stands for what the user may no longer read, as pulls show what was deleted. */
const placeholder = (seq: number): MsgData =>
  MsgData.create({ seq, status: MsgStatus.deleted });
