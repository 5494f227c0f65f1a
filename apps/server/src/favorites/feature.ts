import type { Feature, FeatureDeclaration } from "../feature/feature.ts";
import { createFavorites } from "./favorites.ts";
import type { FavoritesDeps } from "./favorites.ts";
import { favoritesMigration } from "./migration.ts";
import { favoriteRoutes } from "./routes.ts";

/** Favorites of a deleted user that one transaction removes. */
const atOnce = 500;

export const favorites: FeatureDeclaration<FavoritesDeps> = {
  migrations: [favoritesMigration],
  create: createFavoriteFeature,
};

export function createFavoriteFeature(deps: FavoritesDeps): Feature {
  const operations = createFavorites(deps);
  return {
    name: "favorites",
    routes: favoriteRoutes(operations),
    depart: ({ userID }, { untilNothing }) =>
      untilNothing(async (tx) => ({
        favorites: await operations.removeSome(tx.db, userID, atOnce),
      })),
  };
}
