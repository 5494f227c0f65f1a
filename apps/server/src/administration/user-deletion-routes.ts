import { AccountDeletion } from "@parley/protocol/chat/audit";
import { DeleteUserReq, GetUserDeletionReq } from "@parley/protocol/deletion";

import { route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import type { PersonDeletion } from "./user-deletion.ts";

export const userDeletionRoutes = (deletion: PersonDeletion): Route[] => [
  route("/user/delete", DeleteUserReq, {
    required: ["userID"],
    response: AccountDeletion,
    handle: ({ actor, operationID }, { userID, deleteMessages }) =>
      deletion.delete(operationID, actor.userID, {
        userID,
        withMessages: deleteMessages,
      }),
  }),
  route("/user/get_deletion", GetUserDeletionReq, {
    required: ["userID"],
    response: AccountDeletion,
    handle: ({ actor, operationID }, { userID }) =>
      deletion.get(operationID, actor.userID, userID),
  }),
];
