import type { MsgData, RequestPagination } from "../generated/sdkws.ts";
import { defineMessage } from "../message.ts";
import type { MessageType } from "../message.ts";
import { method, nothing, self } from "../method.ts";

/*
 * Messages that a user marks to find them again, which OpenIM has not.
 */

/** Favorites of one user. */
export const maxFavorites = 5_000;
/** Favorites of one page: messages of the largest size fit into the answer. */
export const maxFavoritesPage = 20;

const place = {
  userID: "The user whose favorites they are.",
  conversationID: "Conversation of the message.",
  seq: "Sequence number of the message in its conversation.",
};

export interface FavoriteReq {
  userID: string;
  conversationID: string;
  seq: number;
}
export const FavoriteReq: MessageType<FavoriteReq> = defineMessage(
  "parley.msg.FavoriteReq",
  { userID: "string", conversationID: "string", seq: "int64" },
  place,
);

export interface GetFavoritesReq {
  userID: string;
  pagination: RequestPagination | null;
}
export const GetFavoritesReq: MessageType<GetFavoritesReq> = defineMessage(
  "parley.msg.GetFavoritesReq",
  { userID: "string", pagination: "openim.sdkws.RequestPagination" },
  { userID: place.userID },
);

export interface Favorite {
  conversationID: string;
  favoriteTime: number;
  message: MsgData | null;
}
export const Favorite: MessageType<Favorite> = defineMessage(
  "parley.msg.Favorite",
  {
    conversationID: "string",
    favoriteTime: "int64",
    message: "openim.sdkws.MsgData",
  },
  {
    conversationID: place.conversationID,
    favoriteTime: "Time at which the user marked it.",
    message:
      "The message as a pull returns it now; only seq and status 4 if the user can no longer read it.",
  },
);

export interface GetFavoritesResp {
  total: number;
  favorites: Favorite[];
}
export const GetFavoritesResp: MessageType<GetFavoritesResp> = defineMessage(
  "parley.msg.GetFavoritesResp",
  { total: "int64", favorites: "parley.msg.Favorite[]" },
  { favorites: "The favorite that was marked last comes first." },
);

export const AddFavorite = method("/msg/add_favorite", FavoriteReq, nothing, {
  access: self("userID"),
  kind: "change",
  required: ["userID", "conversationID"],
  words: [
    "Mark a message as a favorite",
    `Only a message that the user can read. A user has at most ${maxFavorites}; one more is refused with 1001. Nobody else sees the mark.`,
  ],
  codes: [1002, 1004],
});

export const RemoveFavorite = method(
  "/msg/remove_favorite",
  FavoriteReq,
  nothing,
  {
    access: self("userID"),
    kind: "change",
    required: ["userID", "conversationID"],
    words: [
      "Remove a message from the favorites",
      "Also works for a message that the user can no longer read.",
    ],
    codes: [1002],
  },
);

export const GetFavorites = method(
  "/msg/get_favorites",
  GetFavoritesReq,
  GetFavoritesResp,
  {
    access: self("userID"),
    kind: "read",
    required: ["userID"],
    words: [
      "List the favorite messages of a user",
      `At most ${maxFavoritesPage} on a page.`,
    ],
    codes: [1002],
  },
);
