import { DeleteUser, GetUserDeletion } from "@parley/protocol/methods/deletion";

import { route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import type { Deletion } from "./deletion.ts";

export const deletionRoutes = (deletion: Deletion): Route[] => [
  route(DeleteUser, {
    handle({ cause }, { userID, deleteMessages }) {
      return deletion.delete(cause, {
        userID,
        withMessages: deleteMessages,
      });
    },
  }),
  route(GetUserDeletion, {
    handle(_call, { userID }) {
      return deletion.get(userID);
    },
  }),
];
