/** Descriptions of fields per message: files, clients, pushes, operators. */
export const fields: Readonly<
  Record<string, Readonly<Record<string, string>>>
> = {
  // Files.
  "third.PartLimitResp": {
    minPartSize: "Minimum size of a part but the last, in bytes.",
    maxPartSize: "Maximum size of a part, in bytes.",
    maxNumSize: "Maximum number of parts.",
  },
  "third.PartSizeReq": { size: "Size of the whole file, in bytes." },
  "third.PartSizeResp": {
    size: "Size of each part but the last, in bytes.",
  },
  "third.InitiateMultipartUploadReq": {
    size: "Size of the whole file, in bytes.",
    partSize: "Ignored; see part_size.",
    maxParts:
      "Number of parts for which the answer has addresses; -1: all, 0: none, auth_sign returns them. More than the file has is refused.",
    contentType: "The media type, which downloads send as Content-Type.",
  },
  "third.InitiateMultipartUploadResp": {
    url: "Address of the file if its content is stored already and need not be uploaded; else empty.",
    upload: "The upload; null: nothing to upload.",
  },
  "third.UploadInfo": {
    partSize: "Size of each part but the last, in bytes.",
    sign: "Addresses of the first parts; null: none were requested.",
    expireTime: "Time by which the upload must be complete.",
  },
  "third.AuthSignParts": {
    url: "Address of the parts that have none of their own.",
    query: "Query parameters for each part's address; null: none.",
    header: "Headers of each part's request; null: none.",
  },
  "third.AuthSignResp": {
    url: "Address of the parts that have none of their own.",
    query: "Query parameters for each part's address; null: none.",
    header: "Headers of each part's request; null: none.",
  },
  "third.SignPart": {
    url: "Address of this part; empty: the common address.",
    query: "Additional query parameters; null: none.",
    header: "Additional headers; null: none.",
  },
  "third.CompleteMultipartUploadReq": {
    parts: "The MD5 of each part in order, as hex digits.",
    contentType: "The media type, which downloads send as Content-Type.",
  },
  "third.CompleteMultipartUploadResp": { url: "Address of the file." },
  "third.InitiateFormDataReq": {
    size: "Maximum size of the file, in bytes.",
    contentType:
      "The media type, which downloads send as Content-Type; empty: any.",
    group: "Like `cause` of other uploads.",
    millisecond:
      "Milliseconds for which the form is valid, if an administrator asks; else ten minutes.",
    absolute: "For administrators only: the name is the object's key itself.",
  },
  "third.InitiateFormDataResp": {
    id: "For complete_form_data.",
    url: "Address to which the form is posted.",
    file: "Name of the form field for the file, which must be the last field.",
    header: "Headers of the request; null: none.",
    formData: "By name: the form's other fields.",
    expires: "Expiry time, in milliseconds.",
    successCodes: "HTTP statuses that mean success.",
  },
  "third.CompleteFormDataReq": { id: "The id from initiate_form_data." },
  "third.CompleteFormDataResp": { url: "Address of the file." },
  "third.AccessURLReq": {
    query:
      "null, or `type` image for a thumbnail, with `width`, `height` and `format` (png, jpeg or gif).",
  },
  "third.AccessURLResp": { url: "Address for the download." },

  // Clients and pushes.
  "third.FcmUpdateTokenReq": {
    account: "Id of the device's user.",
    fcmToken: "The device's token at the push service.",
    expireTime: "Seconds until the token expires; 0: never.",
  },
  "third.SetAppBadgeReq": {
    appUnreadCount: "The number to which the next push adds one.",
  },
  "third.UploadLogsReq": {
    platform: "See platformID.",
    fileURLs: "Files that were uploaded.",
    appFramework: "Framework of the application.",
    version: "The SDK's version.",
  },
  "third.fileURL": {
    filename: "Name of the file.",
    URL: "Address of the file.",
  },
  "third.SearchLogsReq": { keyword: "A part of the userID; empty: all." },
  "third.SearchLogsResp": { logsInfos: "The newest first." },
  "third.LogInfo": {
    logID: "Id of the entry.",
    platform: "Name of the platform, like Android.",
    filename: "Name of the file.",
    systemType: "Framework of the application.",
    version: "The SDK's version.",
    url: "Address of the file.",
  },
  "third.DeleteLogsReq": { logIDs: "Ids of entries from logs/search." },
  "parley.push.GetWebPushKeyResp": {
    publicKey:
      "The VAPID key with which browsers subscribe; empty: web push is off.",
  },
  "parley.push.ExplainUnsentReq": {
    serverMsgID: "The message, by this id or the other.",
    clientMsgID: "The message, by this id or the other.",
    userID: "For this user; empty: for all.",
  },
  "parley.push.ExplainUnsentResp": {
    providers: "Enabled push services.",
    unsent: "Reasons why nothing was pushed, the oldest first.",
    devices: "Devices on which the user can get pushes; empty without userID.",
    hasMuted: "Whether the user muted the conversation.",
  },
  "parley.push.Device": {
    providers: "Push services that can reach the device.",
  },
  "parley.push.Unsent": {
    reason: "A reason from docs/push.md.",
    provider: "The push service; empty: none was asked.",
    detail: "What the push service answered.",
    userIDs: "Ids of users who got no push; at most the first 50.",
    userCount: "Number of users who got no push.",
    time: "Time of the failure, in milliseconds.",
  },

  // Operators.
  "apistruct.GetConfigListResp": { version: "Parley's version." },
  "apistruct.SetConfigReq": {
    data: "The file's text as returned by get_config, or JSON with only the members to change. Masked values stay unchanged.",
  },
};
