import type { Feature } from "../feature/feature.ts";
import { createFavorites } from "./favorites.ts";
import type { FavoritesDeps } from "./favorites.ts";
import { favoriteRoutes } from "./routes.ts";

/** Favorites of a deleted user that one transaction removes. */
const atOnce = 500;

export function createFavoriteFeature(deps: FavoritesDeps): Feature {
  const favorites = createFavorites(deps);
  return {
    name: "favorites",
    routes: favoriteRoutes(favorites),
    depart: ({ userID }, { untilNothing }) =>
      untilNothing(async (tx) => ({
        favorites: await favorites.removeSome(tx.db, userID, atOnce),
      })),
  };
}
