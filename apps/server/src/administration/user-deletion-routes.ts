import {
  UserDelete,
  UserGetDeletion,
} from "@parley/protocol/methods/chat/managed-users";

import { route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import type { PersonDeletion } from "./user-deletion.ts";

export const userDeletionRoutes = (deletion: PersonDeletion): Route[] => [
  route(UserDelete, {
    handle: ({ cause }, { userID, deleteMessages }) =>
      deletion.delete(cause, {
        userID,
        withMessages: deleteMessages,
      }),
  }),
  route(UserGetDeletion, {
    handle: ({ cause }, { userID }) => deletion.get(cause, userID),
  }),
];
