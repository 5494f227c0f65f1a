// The public door of the wire, for clients: it runs in browsers, and a bundle
// holds only what is used of it. What needs Bun or Node has a door of its own
// (gzip.ts).

export * from "./content-types.ts";
export * from "./conversation-ids.ts";
export * from "./errors.ts";
export * from "./frame-size.ts";
export * from "./method.ts";
export * from "./platforms.ts";
export { FrameError, ReqIdentifier } from "./envelope.ts";
export type { Codec, RequestEnvelope, ResponseEnvelope } from "./envelope.ts";
export { gobCodec } from "./gob.ts";
export { jsonCodec } from "./json-envelope.ts";
export { WireError } from "./message.ts";
export type { MessageType } from "./message.ts";
export { answerTextFrame } from "./text-frames.ts";

export * from "./methods/frames.ts";
export * as authMethods from "./methods/auth.ts";
export * as clientLogMethods from "./methods/client-logs.ts";
export * as conversationMethods from "./methods/conversations.ts";
export * as deletionMethods from "./methods/deletion.ts";
export * as favoriteMethods from "./methods/favorites.ts";
export * as friendMethods from "./methods/friends.ts";
export * as groupMethods from "./methods/groups.ts";
export * as jssdkMethods from "./methods/jssdk.ts";
export * as messageMethods from "./methods/messages.ts";
export * as objectMethods from "./methods/objects.ts";
export * as pushMethods from "./methods/push.ts";
export * as statisticsMethods from "./methods/statistics.ts";
export * as userMethods from "./methods/users.ts";
export { chatSettings, imSettings } from "./methods/settings.ts";

export * as accountMethods from "./methods/chat/accounts.ts";
export * as administratorMethods from "./methods/chat/administrators.ts";
export * as admissionMethods from "./methods/chat/admission.ts";
export * as agentMethods from "./methods/chat/agents.ts";
export * as applicationMethods from "./methods/chat/applications.ts";
export * as auditMethods from "./methods/chat/audit.ts";
export * as managedUserMethods from "./methods/chat/managed-users.ts";
