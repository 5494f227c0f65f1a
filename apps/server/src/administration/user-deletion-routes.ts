import {
  UserDelete,
  UserGetDeletion,
} from "@parley/protocol/methods/chat/managed-users";

import { route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import type { PersonDeletion } from "./user-deletion.ts";

export const userDeletionRoutes = (deletion: PersonDeletion): Route[] => [
  route(UserDelete, {
    handle: ({ actor, operationID }, { userID, deleteMessages }) =>
      deletion.delete(operationID, actor.userID, {
        userID,
        withMessages: deleteMessages,
      }),
  }),
  route(UserGetDeletion, {
    handle: ({ actor, operationID }, { userID }) =>
      deletion.get(operationID, actor.userID, userID),
  }),
];
