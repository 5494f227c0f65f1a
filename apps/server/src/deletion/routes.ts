import {
  DeleteUserReq,
  GetUserDeletionReq,
  UserDeletion,
} from "@parley/protocol/deletion";

import { requireAdmin, route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import type { Deletion } from "./deletion.ts";

export const deletionRoutes = (deletion: Deletion): Route[] => [
  route("/user/delete_user", DeleteUserReq, {
    required: ["userID"],
    response: UserDeletion,
    handle({ actor, operationID }, { userID, deleteMessages }) {
      requireAdmin(actor);
      return deletion.delete(operationID, actor.userID, {
        userID,
        withMessages: deleteMessages,
      });
    },
  }),
  route("/user/get_user_deletion", GetUserDeletionReq, {
    required: ["userID"],
    response: UserDeletion,
    handle({ actor }, { userID }) {
      requireAdmin(actor);
      return deletion.get(userID);
    },
  }),
];
