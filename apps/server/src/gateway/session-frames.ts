import { noData } from "@parley/protocol/envelope";
import { errors } from "@parley/protocol/errors";
import {
  BackgroundStatusFrame,
  LogoutFrame,
  SignalFrame,
} from "@parley/protocol/methods/frames";

import { handler } from "./requests.ts";
import type { FrameHandler } from "./requests.ts";
import type { Session } from "./sessions.ts";

export interface SessionFramesDeps {
  /** Called when an app goes to the background or returns. */
  backgroundChanged?: ((session: Session) => void) | undefined;
  /** Removes the push token of this connection's app. */
  forgetPushToken(userID: string, platformID: number): Promise<void>;
}

/** The gateway requests about the connection itself (docs/wire/sockets.md#requests). */
export function sessionFrames({
  backgroundChanged,
  forgetPushToken,
}: SessionFramesDeps): FrameHandler[] {
  return [
    handler(BackgroundStatusFrame, ({ session }, { isBackground }) => {
      session.isBackground = isBackground;
      backgroundChanged?.(session);
      return Promise.resolve({ data: noData });
    }),
    handler(LogoutFrame, ({ session }, { userID, platformID }) => {
      if (userID === "" || platformID === 0)
        throw errors.args("userID or platformID is missing");
      // Uses the session's user, whatever the request names: users sign out
      // only themselves.
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
