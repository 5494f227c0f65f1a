/** Descriptions of fields per message: files, clients, pushes, operators. */
export const fields: Readonly<
  Record<string, Readonly<Record<string, string>>>
> = {
  // Files.
  "third.PartLimitResp": {
    minPartSize: "Bytes that a part has at least, but the last.",
    maxPartSize: "Bytes that a part has at most.",
    maxNumSize: "So many parts at most.",
  },
  "third.PartSizeReq": { size: "Bytes of the whole file." },
  "third.PartSizeResp": {
    size: "Bytes that each part but the last must have.",
  },
  "third.InitiateMultipartUploadReq": {
    size: "Bytes of the whole file.",
    partSize: "Not looked at: see part_size.",
    maxParts:
      "For so many parts the answer has addresses; -1: for all, 0: for none, auth_sign gives them. More than there are is refused.",
    contentType: "The media type, which downloads say.",
  },
  "third.InitiateMultipartUploadResp": {
    url: "Where the file is, when its content was here already: nothing is to be done. Else empty.",
    upload: "What is to be done; null: nothing.",
  },
  "third.UploadInfo": {
    partSize: "Bytes that each part but the last must have.",
    sign: "Addresses of the first parts; null: none were asked for.",
    expireTime: "The upload is to be complete by then.",
  },
  "third.AuthSignParts": {
    url: "Address of each part that has none of its own.",
    query: "What belongs to each part's address; null: nothing.",
    header: "Headers of each part's request; null: none.",
  },
  "third.AuthSignResp": {
    url: "Address of each part that has none of its own.",
    query: "What belongs to each part's address; null: nothing.",
    header: "Headers of each part's request; null: none.",
  },
  "third.SignPart": {
    url: "Its own address; empty: that of all.",
    query: "What belongs to its address besides; null: nothing.",
    header: "Headers besides; null: none.",
  },
  "third.CompleteMultipartUploadReq": {
    parts: "The MD5 of each part in order, as hex digits.",
    contentType: "The media type, which downloads say.",
  },
  "third.CompleteMultipartUploadResp": { url: "Where the file is." },
  "third.InitiateFormDataReq": {
    size: "Bytes that the file has at most.",
    contentType: "The media type, which downloads say; empty: any.",
    group: "As `cause` of other uploads.",
    millisecond:
      "For so long the form is good, where an administrator asks; else ten minutes.",
    absolute:
      "Not looked at but of administrators: the name is the key itself.",
  },
  "third.InitiateFormDataResp": {
    id: "For complete_form_data.",
    url: "Where the form goes, by POST.",
    file: "Name of the form's field with the file; it comes last.",
    header: "Headers of the request; null: none.",
    formData: "By name: the form's other fields.",
    expires: "Good until then, in milliseconds.",
    successCodes: "HTTP statuses that say that it arrived.",
  },
  "third.CompleteFormDataReq": { id: "Of initiate_form_data's answer." },
  "third.CompleteFormDataResp": { url: "Where the file is." },
  "third.AccessURLReq": {
    query:
      "null, or `type` image for a thumbnail, with `width`, `height` and `format` (png, jpeg or gif).",
  },
  "third.AccessURLResp": { url: "Where to load it from." },

  // Clients and pushes.
  "third.FcmUpdateTokenReq": {
    account: "Id of the user whose phone it is.",
    fcmToken: "What the push service calls the phone.",
    expireTime: "In so many seconds it ends; 0: never.",
  },
  "third.SetAppBadgeReq": {
    appUnreadCount: "The number that the next push counts on from.",
  },
  "third.UploadLogsReq": {
    platform: "See platformID.",
    fileURLs: "Files that were uploaded.",
    appFramework: "What the application is made with.",
    version: "The SDK's version.",
  },
  "third.fileURL": {
    filename: "What the file is called.",
    URL: "Where it is.",
  },
  "third.SearchLogsReq": { keyword: "A part of the userID; empty: all." },
  "third.SearchLogsResp": { logsInfos: "The newest first." },
  "third.LogInfo": {
    logID: "Id of the entry.",
    platform: "Name of the platform, like Android.",
    filename: "What the file is called.",
    systemType: "What the application is made with.",
    version: "The SDK's version.",
    url: "Where the file is.",
  },
  "third.DeleteLogsReq": { logIDs: "Which entries, of logs/search." },
  "parley.push.GetWebPushKeyResp": {
    publicKey: "What browsers subscribe with; empty: there are no such pushes.",
  },
  "parley.push.ExplainUnsentReq": {
    serverMsgID: "The message, by this id or the other.",
    clientMsgID: "The message, by this id or the other.",
    userID: "For this user; empty: for all.",
  },
  "parley.push.ExplainUnsentResp": {
    providers: "Push services that are on.",
    unsent: "Why nothing was pushed, the oldest first.",
    devices: "Where the user could get pushes; empty without userID.",
    hasMuted: "Whether the user gets the conversation's messages without push.",
  },
  "parley.push.Device": {
    providers: "Push services that would push there.",
  },
  "parley.push.Unsent": {
    reason: "One of those in docs/push.md.",
    provider: "The push service; empty: none was asked.",
    detail: "What the push service answered.",
    userIDs: "Who got none; of many the first 50.",
    userCount: "How many got none.",
    time: "When that was, in milliseconds.",
  },

  // Operators.
  "apistruct.GetConfigListResp": { version: "Parley's version." },
  "apistruct.SetConfigReq": {
    data: "The file's text as get_config answers it, or a part: JSON with what changes. What is masked there stays.",
  },
};
