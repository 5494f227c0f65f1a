import { ContentType } from "@parley/protocol/content-types";
import { UserInfoUpdatedTips } from "@parley/protocol/generated/sdkws";

import type { Notice } from "../notifications/notify.ts";

/** The user's own devices fetch what is new; `sendID` is who changed it. */
export const renderUserInfoUpdated = (
  sendID: string,
  userID: string,
): Notice => ({
  contentType: ContentType.UserInfoUpdatedNotification,
  sendID,
  recvID: userID,
  detail: UserInfoUpdatedTips.toJSON({ userID }),
});
