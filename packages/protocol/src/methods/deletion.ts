import {
  DeleteUserReq,
  GetUserDeletionReq,
  UserDeletion,
} from "../deletion.ts";
import { administrator, method } from "../method.ts";

export const DeleteUser = method(
  "/user/delete_user",
  DeleteUserReq,
  UserDeletion,
  {
    access: administrator,
    kind: "change",
    required: ["userID"],
    words: [
      "Delete a user with all their data",
      "Profile, tokens, friends and blocks on both sides, groups (those the user owns go to the admin or member who has been there longest), list of conversations, uploads, settings, push tokens and logs; with `deleteMessages` the content of everything they ever sent, for everyone. At once the user is signed out and cannot be written to. Answers the receipt, or after five seconds how far it is: ask again, or get_user_deletion. A stop of the server interrupts it, and the next start goes on. Then the userID is free. Administrators of the server are refused with 1002.",
    ],
    codes: [1002, 1004],
  },
);

export const GetUserDeletion = method(
  "/user/get_user_deletion",
  GetUserDeletionReq,
  UserDeletion,
  {
    access: administrator,
    kind: "read",
    required: ["userID"],
    words: [
      "Get the progress of a user's deletion",
      "Returns the progress, or the receipt of what was deleted.",
    ],
    codes: [1002, 1004],
  },
);
