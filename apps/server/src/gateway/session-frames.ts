import { noData, ReqIdentifier } from "@parley/protocol/envelope";
import { errors } from "@parley/protocol/errors";
import { DelUserPushTokenReq } from "@parley/protocol/generated/push";
import { SetAppBackgroundStatusReq } from "@parley/protocol/generated/sdkws";
import { EmptyReq } from "@parley/protocol/rest-types";

import { frame } from "./requests.ts";
import type { FrameHandler } from "./requests.ts";

export interface SessionFramesDeps {
  /** From now on nobody is to reach the app of this connection by push. */
  forgetPushToken(userID: string, platformID: number): Promise<void>;
}

/** The gateway requests about the connection itself (docs/wire/sockets.md#requests). */
export function sessionFrames({
  forgetPushToken,
}: SessionFramesDeps): [number, FrameHandler][] {
  return [
    [
      ReqIdentifier.setBackgroundStatus,
      frame(SetAppBackgroundStatusReq, ({ session }, { isBackground }) => {
        session.isBackground = isBackground;
        return Promise.resolve({ data: noData });
      }),
    ],
    [
      ReqIdentifier.logout,
      frame(DelUserPushTokenReq, ({ session }, { userID, platformID }) => {
        if (userID === "" || platformID === 0)
          throw errors.args("userID or platformID is missing");
        // Whatever the request names: nobody signs out somebody else.
        const forgotten = forgetPushToken(session.userID, session.platformID);
        return Promise.resolve({
          data: forgotten.then(() => noData),
          thenClose: "loggedOut",
        });
      }),
    ],
    [
      ReqIdentifier.sendSignalMsg,
      {
        request: EmptyReq,
        answer: () =>
          Promise.reject(errors.internal("signalling is not supported")),
      },
    ],
  ];
}
