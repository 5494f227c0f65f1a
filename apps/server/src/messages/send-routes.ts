import { SendMsgStatus, SessionType } from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import type {
  SendBusinessNotificationReq,
  SendMsgReq,
} from "@parley/protocol/rest-types";
import {
  BatchSendMsg,
  CheckMsgIsSendSuccess,
  SendBusinessNotification,
  SendMsg,
  SendSimpleMsg,
} from "@parley/protocol/methods/messages";

import { route } from "../http/route.ts";
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

/** Sending over REST, for backends (docs/wire/messages.md#sending-over-rest). */
export const sendRoutes = ({
  serverSending,
  sendSimple,
  sendBusiness,
  sendResults,
  everyone,
}: SendRoutesDeps): Route[] => [
  route(SendMsg, {
    check: requireAddress,
    async handle({ cause }, request) {
      const ack = await serverSending.send(cause, request);
      await sendResults.sent(cause.operationID);
      return ack;
    },
  }),
  route(BatchSendMsg, {
    check: requireGroup,
    async handle({ cause }, request) {
      return serverSending.sendToMany(
        cause,
        { ...request, recvID: "" },
        request.isSendAll ? everyone() : request.recvIDs,
      );
    },
  }),
  withKey(
    route(SendSimpleMsg, {
      async handle({ cause, query }, request) {
        const key = query.get("key") ?? "";
        const ack = await sendSimple(cause, key, request);
        await sendResults.sent(cause.operationID);
        return ack;
      },
    }),
  ),
  route(SendBusinessNotification, {
    before: requireOneReceiver,
    async handle({ cause }, request) {
      return sendBusiness(cause, request);
    },
  }),
  route(CheckMsgIsSendSuccess, {
    handle: async ({ cause: { operationID } }) => ({
      status: (await sendResults.wasSent(operationID))
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
