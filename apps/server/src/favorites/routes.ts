import { errors } from "@parley/protocol/errors";
import {
  AddFavorite,
  GetFavorites,
  maxFavoritesPage,
  RemoveFavorite,
} from "@parley/protocol/methods/favorites";

import { route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import { checkPage, requirePage } from "../storage/page.ts";
import type { Favorites, FavoritePlace } from "./favorites.ts";

export const favoriteRoutes = (favorites: Favorites): Route[] => [
  route(AddFavorite, {
    check: requireSeq,
    async handle(_call, { userID, ...place }) {
      await favorites.add(userID, place);
    },
  }),
  route(RemoveFavorite, {
    check: requireSeq,
    async handle(_call, { userID, ...place }) {
      await favorites.remove(userID, place);
    },
  }),
  route(GetFavorites, {
    check(request) {
      checkPage(request);
      if (requirePage(request.pagination).limit > maxFavoritesPage)
        throw errors.args(`pagination.showNumber is above ${maxFavoritesPage}`);
    },
    handle: (_call, { userID, pagination }) =>
      favorites.list(userID, requirePage(pagination)),
  }),
];

function requireSeq({ seq }: FavoritePlace): void {
  if (seq < 1) throw errors.args("seq counts from 1");
}
