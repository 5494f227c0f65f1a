import { ProtocolError } from "@parley/protocol/errors";

import type { WebPage } from "../http/server.ts";
import type { FriendRequests } from "./friend-requests.ts";

const command = "callbackBeforeAddFriendCommand";
const longestBody = 65_536;

/**
 * The same webhook as IM servers of today call it: the command is part of the
 * path, there are no headers of ours, and only an answer in their own form
 * stops the request (docs/webhooks.md). OpenIM's chat service does not serve it.
 */
export const friendRequestPages = (
  friendRequests: FriendRequests,
): WebPage[] => [
  {
    path: `/callback/open_im/${command}`,
    method: "POST",
    async answer(_request, _remote, read) {
      const body = await read(longestBody);
      const toUserID = readReceiver(new TextDecoder().decode(body.bytes));
      body.done();
      try {
        await friendRequests.answerHook(command, { toUserID });
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        // Nobody's profile is nobody's refusal.
        if (error.code === 1004) return Response.json(goOn);
        return Response.json({
          actionCode: 0,
          errCode: error.code,
          errMsg: error.errMsg,
          errDlt: error.detail,
          nextCode: 1,
        });
      }
      return Response.json(goOn);
    },
  },
];

const goOn = { actionCode: 0, errCode: 0, errMsg: "", errDlt: "", nextCode: 0 };

/** "" is nobody. */
function readReceiver(body: string): string {
  try {
    const { toUserID } = JSON.parse(body) as { toUserID?: unknown };
    return typeof toUserID === "string" ? toUserID : "";
  } catch {
    return "";
  }
}
