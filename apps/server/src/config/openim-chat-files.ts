/** Files, their fields as OpenIM names them, and our settings for these. */
export type ConfigFields = Readonly<
  Record<string, Readonly<Record<string, string>>>
>;

/**
 * The files of OpenIM's chat service, by the names of its fields (docs/from-openim.md),
 * and the settings of ours that mean the same.
 */
export const chatFiles: ConfigFields = {
  "chat-api-admin.yml": { "Api.Ports": "accounts.adminPort" },
  "chat-api-chat.yml": { "Api.Ports": "accounts.port" },
  "chat-rpc-admin.yml": {
    "TokenPolicy.Expire": "accounts.tokenPolicy.expire",
    Secret: "accounts.secret",
  },
  "chat-rpc-chat.yml": {
    "VerifyCode.ValidTime": "accounts.verifyCode.validTime",
    "VerifyCode.ValidCount": "accounts.verifyCode.validCount",
    "VerifyCode.UintTime": "accounts.verifyCode.uintTime",
    "VerifyCode.MaxCount": "accounts.verifyCode.maxCount",
    "VerifyCode.SuperCode": "accounts.verifyCode.superCode",
    "VerifyCode.Len": "accounts.verifyCode.len",
    "VerifyCode.Phone.Use": "accounts.verifyCode.phone.use",
    "VerifyCode.Mail.Use": "accounts.verifyCode.mail.use",
    "VerifyCode.Mail.Title": "accounts.verifyCode.mail.title",
    "VerifyCode.Mail.SenderMail": "accounts.verifyCode.mail.senderMail",
    "VerifyCode.Mail.SenderAuthorizationCode":
      "accounts.verifyCode.mail.senderAuthorizationCode",
    "VerifyCode.Mail.SMTPAddr": "accounts.verifyCode.mail.smtpAddr",
    "VerifyCode.Mail.SMTPPort": "accounts.verifyCode.mail.smtpPort",
    "LiveKit.URL": "accounts.liveKit.url",
    "LiveKit.Key": "accounts.liveKit.key",
    "LiveKit.Secret": "accounts.liveKit.secret",
    AllowRegister: "accounts.allowRegister",
  },
  "discovery.yml": {},
  "log.yml": { RemainLogLevel: "log.level" },
  "mongodb.yml": {},
  "redis.yml": {},
  "share.yml": {
    "OpenIM.ApiURL": "accounts.imAddress",
    "OpenIM.Secret": "secret",
    ChatAdmin: "accounts.chatAdmin",
  },
};
