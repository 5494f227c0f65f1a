import { ContentType } from "@parley/protocol/content-types";
import {
  ConversationSetPrivateTips,
  ConversationUpdateTips,
} from "@parley/protocol/generated/sdkws";

import type { Notice } from "../notifications/notify.ts";

/**
 * Notice that rows of this user changed: the user's devices fetch the changes.
 */
export const renderConversationChanged = (
  userID: string,
  conversationIDList: string[],
): Notice => ({
  contentType: ContentType.ConversationChangeNotification,
  sendID: userID,
  recvID: userID,
  detail: ConversationUpdateTips.toJSON({ userID, conversationIDList }),
});

/** Burn after reading was turned on or off, for both sides. */
export const renderPrivateChatSet = (
  sendID: string,
  recvID: string,
  conversationID: string,
  isPrivate: boolean,
): Notice => ({
  contentType: ContentType.ConversationPrivateChatNotification,
  sendID,
  recvID,
  detail: ConversationSetPrivateTips.toJSON({
    recvID,
    sendID,
    isPrivate,
    conversationID,
  }),
});
