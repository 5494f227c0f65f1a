import { noData } from "@parley/protocol/envelope";
import { errors } from "@parley/protocol/errors";
import {
  BackgroundStatusFrame,
  LogoutFrame,
  SignalFrame,
} from "@parley/protocol/methods/frames";

import { handler } from "./requests.ts";
import type { FrameHandler } from "./requests.ts";

export interface SessionFramesDeps {
  /** From now on nobody is to reach the app of this connection by push. */
  forgetPushToken(userID: string, platformID: number): Promise<void>;
}

/** The gateway requests about the connection itself (docs/wire/sockets.md#requests). */
export function sessionFrames({
  forgetPushToken,
}: SessionFramesDeps): FrameHandler[] {
  return [
    handler(BackgroundStatusFrame, ({ session }, { isBackground }) => {
      session.isBackground = isBackground;
      return Promise.resolve({ data: noData });
    }),
    handler(LogoutFrame, ({ session }, { userID, platformID }) => {
      if (userID === "" || platformID === 0)
        throw errors.args("userID or platformID is missing");
      // Whatever the request names: nobody signs out somebody else.
      const forgotten = forgetPushToken(session.userID, session.platformID);
      return Promise.resolve({
        data: forgotten.then(() => noData),
        thenClose: "loggedOut",
      });
    }),
    {
      frame: SignalFrame,
      answer: () =>
        Promise.reject(errors.internal("signalling is not supported")),
    },
  ];
}
