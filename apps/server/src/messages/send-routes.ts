import { SendMsgStatus, SessionType } from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import {
  GetSendMsgStatusReq,
  GetSendMsgStatusResp,
} from "@parley/protocol/generated/msg";
import {
  BatchSendMsgReq,
  BatchSendMsgResp,
  SendBusinessNotificationReq,
  SendMsgReq,
  SendMsgResp,
  SendSingleMsgReq,
} from "@parley/protocol/rest-types";

import { messageBodyBytes, requireAdmin, route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import type { SendBusiness } from "./business.ts";
import type { SendResults } from "./send-results.ts";
import type { ServerSending } from "./server-send.ts";
import { decodeKey } from "./simple-send.ts";
import type { SendSimple } from "./simple-send.ts";

export interface SendRoutesDeps {
  serverSending: ServerSending;
  sendSimple: SendSimple;
  sendBusiness: SendBusiness;
  sendResults: SendResults;
  /** Everyone, in order of registration. */
  everyone(): AsyncIterable<string>;
}

/** Fields that the server only carries. */
const opaque = [
  "content",
  "ex",
  "offlinePushInfo",
  "senderFaceURL",
  "senderNickname",
];

/** Sending over REST, for backends (docs/wire/messages.md#sending-over-rest). */
export const sendRoutes = ({
  serverSending,
  sendSimple,
  sendBusiness,
  sendResults,
  everyone,
}: SendRoutesDeps): Route[] => [
  route("/msg/send_msg", SendMsgReq, {
    opaque,
    bodyBytes: messageBodyBytes,
    bindStatus: 400,
    required: ["sendID", "content", "contentType", "sessionType"],
    check: requireAddress,
    response: SendMsgResp,
    async handle({ actor, operationID }, request) {
      requireAdmin(actor);
      const ack = await serverSending.send(actor, operationID, request);
      sendResults.sent(operationID);
      return ack;
    },
  }),
  route("/msg/batch_send_msg", BatchSendMsgReq, {
    opaque,
    bodyBytes: messageBodyBytes,
    bindStatus: 400,
    required: ["sendID", "content", "contentType", "sessionType", "recvIDs"],
    check: requireGroup,
    response: BatchSendMsgResp,
    async handle({ actor, operationID }, request) {
      requireAdmin(actor);
      return serverSending.sendToMany(
        actor,
        operationID,
        { ...request, recvID: "" },
        request.isSendAll ? everyone() : request.recvIDs,
      );
    },
  }),
  withKey(
    route("/msg/send_simple_msg", SendSingleMsgReq, {
      opaque,
      bodyBytes: messageBodyBytes,
      bindStatus: 400,
      required: ["content"],
      response: SendMsgResp,
      async handle({ actor, operationID, query }, request) {
        const key = query.get("key") ?? "";
        const ack = await sendSimple(actor, operationID, key, request);
        sendResults.sent(operationID);
        return ack;
      },
    }),
  ),
  route("/msg/send_business_notification", SendBusinessNotificationReq, {
    opaque: ["key", "data"],
    bodyBytes: messageBodyBytes,
    bindStatus: 400,
    required: ["sendUserID"],
    response: SendMsgResp,
    async handle({ actor, operationID }, request) {
      requireOneReceiver(request);
      requireAdmin(actor);
      return sendBusiness(actor, operationID, request);
    },
  }),
  route("/msg/check_msg_is_send_success", GetSendMsgStatusReq, {
    response: GetSendMsgStatusResp,
    handle: ({ operationID }) =>
      Promise.resolve({
        status: sendResults.wasSent(operationID)
          ? SendMsgStatus.sent
          : SendMsgStatus.notExist,
      }),
  }),
];

/** COMPAT: a key that cannot be read is refused before the body. */
const withKey = (inner: Route): Route => ({
  ...inner,
  async answer(call, body) {
    decodeKey(call.query.get("key"));
    return inner.answer(call, body);
  },
});

function requireOneReceiver({
  recvUserID,
  recvGroupID,
}: SendBusinessNotificationReq): void {
  if ((recvUserID === "") === (recvGroupID === ""))
    throw errors.args("either recvUserID or recvGroupID must be given");
}

function requireGroup({
  sessionType,
  groupID,
}: Pick<SendMsgReq, "sessionType" | "groupID">): void {
  const isGroup =
    sessionType === SessionType.group || sessionType === SessionType.writeGroup;
  if (isGroup && groupID === "") throw errors.args("groupID is empty");
}

function requireAddress(request: SendMsgReq): void {
  requireGroup(request);
  const { sessionType, recvID } = request;
  const isPair =
    sessionType === SessionType.single ||
    sessionType === SessionType.notification;
  if (isPair && recvID === "") throw errors.args("recvID is empty");
}
