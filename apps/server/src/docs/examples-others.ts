import { SendMsg } from "@parley/protocol/methods/messages";
import {
  AccessURL,
  AuthSign,
  CompleteFormData,
  CompleteMultipartUpload,
  InitiateFormData,
  InitiateMultipartUpload,
  PartLimit,
  PartSize,
} from "@parley/protocol/methods/objects";
import {
  ExplainUnsent,
  FcmUpdateToken,
  GetWebPushKey,
  SetAppBadge,
} from "@parley/protocol/methods/push";
import {
  DeleteLogs,
  SearchLogs,
  UploadLogs,
} from "@parley/protocol/methods/client-logs";
import {
  CountCreatedGroups,
  CountRegisteredUsers,
  ListActiveGroups,
  ListActiveUsers,
} from "@parley/protocol/methods/statistics";

import type { Example } from "./examples.ts";

const firstPage = { pageNumber: 1, showNumber: 20 };
const year = { start: 1_767_225_600_000, end: 1_830_297_600_000 };

/** Files, pushes, statistics and settings. */
export const otherExamples: readonly Example[] = [
  // Files: one in two parts, of which all but the last have partSize, and a form.
  { path: PartLimit.path, body: {} },
  { path: PartSize.path, body: { size: 5_242_885 } },
  {
    path: InitiateMultipartUpload.path,
    body: {
      // The MD5 of the MD5s of all parts, joined with commas.
      hash: "b949966abfaf7c17829898b339a642b7",
      size: 5_242_885,
      partSize: 5_242_880,
      maxParts: 1,
      cause: "msg-file",
      name: "ann/hello.txt",
      contentType: "text/plain",
    },
  },
  {
    path: AuthSign.path,
    body: {
      uploadID: `{{${InitiateMultipartUpload.path} upload.uploadID}}`,
      partNumbers: [2],
    },
  },
  {
    path: CompleteMultipartUpload.path,
    uploads: [
      {
        text: "a",
        times: 5_242_880,
        part: {
          sign: `{{${InitiateMultipartUpload.path} upload.sign}}`,
          number: 1,
        },
      },
      { text: "hello", part: { sign: `{{${AuthSign.path}}}`, number: 2 } },
    ],
    body: {
      uploadID: `{{${InitiateMultipartUpload.path} upload.uploadID}}`,
      parts: [
        "79b281060d337b9b2b84ccf390adcf74",
        "5d41402abc4b2a76b9719d911017c592",
      ],
      name: "ann/hello.txt",
      contentType: "text/plain",
      cause: "msg-file",
    },
  },
  { path: AccessURL.path, body: { name: "ann/hello.txt" } },
  {
    path: InitiateFormData.path,
    body: {
      name: "ann/form.txt",
      size: 5,
      contentType: "text/plain",
      group: "msg-file",
      millisecond: 600_000,
    },
  },
  {
    path: CompleteFormData.path,
    uploads: [
      {
        text: "hello",
        form: {
          url: `{{${InitiateFormData.path} url}}`,
          file: `{{${InitiateFormData.path} file}}`,
          fields: `{{${InitiateFormData.path} formData}}`,
        },
      },
    ],
    body: { id: `{{${InitiateFormData.path} id}}` },
  },

  // Clients and pushes.
  {
    path: FcmUpdateToken.path,
    body: { platformID: 2, fcmToken: "token-of-a-phone", account: "ann" },
  },
  {
    path: SetAppBadge.path,
    body: { userID: "ann", appUnreadCount: 3 },
  },
  {
    path: UploadLogs.path,
    body: {
      platform: 5,
      appFramework: "web",
      version: "1.0.0",
      fileURLs: [
        { filename: "today.log", URL: "https://x.org/logs/today.log" },
      ],
    },
  },
  {
    path: SearchLogs.path,
    body: {
      keyword: "",
      startTime: year.start,
      endTime: year.end,
      pagination: firstPage,
    },
  },
  {
    path: DeleteLogs.path,
    body: { logIDs: [`{{${SearchLogs.path} logsInfos.0.logID}}`] },
  },
  { path: GetWebPushKey.path, body: {} },
  {
    path: ExplainUnsent.path,
    body: { serverMsgID: `{{${SendMsg.path} serverMsgID}}`, userID: "bob" },
  },

  // Numbers.
  { path: CountRegisteredUsers.path, body: year },
  { path: CountCreatedGroups.path, body: year },
  { path: ListActiveUsers.path, body: { ...year, pagination: firstPage } },
  {
    path: ListActiveGroups.path,
    body: { ...year, pagination: firstPage },
  },
];
