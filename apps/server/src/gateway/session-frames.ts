import { noData, ReqIdentifier } from "@parley/protocol/envelope";
import { errors } from "@parley/protocol/errors";
import { DelUserPushTokenReq } from "@parley/protocol/generated/push";
import { SetAppBackgroundStatusReq } from "@parley/protocol/generated/sdkws";

import type { FrameHandler } from "./requests.ts";

/** The gateway requests about the connection itself (gateway.md §3). */
export function sessionFrames(): [number, FrameHandler][] {
  return [
    [
      ReqIdentifier.setBackgroundStatus,
      ({ session, data }) => {
        const request = SetAppBackgroundStatusReq.decode(data);
        session.isBackground = request.isBackground;
        return Promise.resolve({ data: noData });
      },
    ],
    [
      ReqIdentifier.logout,
      ({ data }) => {
        const { userID, platformID } = DelUserPushTokenReq.decode(data);
        if (userID === "" || platformID === 0)
          throw errors.args("userID or platformID is missing");
        return Promise.resolve({ data: noData, thenClose: "loggedOut" });
      },
    ],
    [
      ReqIdentifier.sendSignalMsg,
      () => Promise.reject(errors.internal("signalling is not supported")),
    ],
  ];
}
