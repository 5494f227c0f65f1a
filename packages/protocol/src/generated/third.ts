// Made from proto/openim/third.proto by scripts/generate.ts; do not edit.

import { message, type MessageType } from "../message.ts";
import type * as sdkws from "./sdkws.ts";

export interface KeyValues {
  key: string;
  /** all values of the key */
  values: string[];
}
export const KeyValues: MessageType<KeyValues> = message(
  "openim.third.KeyValues",
);

export interface SignPart {
  partNumber: number;
  url: string;
  query: KeyValues[];
  header: KeyValues[];
}
export const SignPart: MessageType<SignPart> = message("openim.third.SignPart");

export interface AuthSignParts {
  /** base URL for parts that have no own url */
  url: string;
  /** added to every part */
  query: KeyValues[];
  /** added to every part */
  header: KeyValues[];
  parts: SignPart[];
}
export const AuthSignParts: MessageType<AuthSignParts> = message(
  "openim.third.AuthSignParts",
);

export type PartLimitReq = Record<string, never>;
export const PartLimitReq: MessageType<PartLimitReq> = message(
  "openim.third.PartLimitReq",
);

export interface PartLimitResp {
  minPartSize: number;
  maxPartSize: number;
  maxNumSize: number;
}
export const PartLimitResp: MessageType<PartLimitResp> = message(
  "openim.third.PartLimitResp",
);

export interface PartSizeReq {
  size: number;
}
export const PartSizeReq: MessageType<PartSizeReq> = message(
  "openim.third.PartSizeReq",
);

export interface PartSizeResp {
  size: number;
}
export const PartSizeResp: MessageType<PartSizeResp> = message(
  "openim.third.PartSizeResp",
);

export interface InitiateMultipartUploadReq {
  hash: string;
  size: number;
  partSize: number;
  maxParts: number;
  cause: string;
  name: string;
  contentType: string;
  urlPrefix: string;
}
export const InitiateMultipartUploadReq: MessageType<InitiateMultipartUploadReq> =
  message("openim.third.InitiateMultipartUploadReq");

export interface UploadInfo {
  /** opaque */
  uploadID: string;
  /** must equal the size the client computed */
  partSize: number;
  /** null when no part was pre-signed */
  sign: AuthSignParts | null;
  /** Unix milliseconds, now + 7 days */
  expireTime: number;
}
export const UploadInfo: MessageType<UploadInfo> = message(
  "openim.third.UploadInfo",
);

export interface InitiateMultipartUploadResp {
  url: string;
  upload: UploadInfo | null;
}
export const InitiateMultipartUploadResp: MessageType<InitiateMultipartUploadResp> =
  message("openim.third.InitiateMultipartUploadResp");

export interface AuthSignReq {
  uploadID: string;
  partNumbers: number[];
}
export const AuthSignReq: MessageType<AuthSignReq> = message(
  "openim.third.AuthSignReq",
);

export interface AuthSignResp {
  url: string;
  query: KeyValues[];
  header: KeyValues[];
  parts: SignPart[];
}
export const AuthSignResp: MessageType<AuthSignResp> = message(
  "openim.third.AuthSignResp",
);

export interface CompleteMultipartUploadReq {
  uploadID: string;
  parts: string[];
  name: string;
  contentType: string;
  cause: string;
  urlPrefix: string;
}
export const CompleteMultipartUploadReq: MessageType<CompleteMultipartUploadReq> =
  message("openim.third.CompleteMultipartUploadReq");

export interface CompleteMultipartUploadResp {
  url: string;
}
export const CompleteMultipartUploadResp: MessageType<CompleteMultipartUploadResp> =
  message("openim.third.CompleteMultipartUploadResp");

export interface AccessURLReq {
  name: string;
  query: Record<string, string>;
}
export const AccessURLReq: MessageType<AccessURLReq> = message(
  "openim.third.AccessURLReq",
);

export interface AccessURLResp {
  url: string;
  expireTime: number;
}
export const AccessURLResp: MessageType<AccessURLResp> = message(
  "openim.third.AccessURLResp",
);

export interface InitiateFormDataReq {
  name: string;
  size: number;
  contentType: string;
  group: string;
  millisecond: number;
  absolute: boolean;
}
export const InitiateFormDataReq: MessageType<InitiateFormDataReq> = message(
  "openim.third.InitiateFormDataReq",
);

export interface InitiateFormDataResp {
  id: string;
  url: string;
  file: string;
  header: KeyValues[];
  formData: Record<string, string>;
  expires: number;
  successCodes: number[];
}
export const InitiateFormDataResp: MessageType<InitiateFormDataResp> = message(
  "openim.third.InitiateFormDataResp",
);

export interface CompleteFormDataReq {
  id: string;
  urlPrefix: string;
}
export const CompleteFormDataReq: MessageType<CompleteFormDataReq> = message(
  "openim.third.CompleteFormDataReq",
);

export interface CompleteFormDataResp {
  url: string;
}
export const CompleteFormDataResp: MessageType<CompleteFormDataResp> = message(
  "openim.third.CompleteFormDataResp",
);

export interface DeleteOutdatedDataReq {
  expireTime: number;
  objectGroup: string[];
  limit: number;
}
export const DeleteOutdatedDataReq: MessageType<DeleteOutdatedDataReq> =
  message("openim.third.DeleteOutdatedDataReq");

export interface DeleteOutdatedDataResp {
  count: number;
}
export const DeleteOutdatedDataResp: MessageType<DeleteOutdatedDataResp> =
  message("openim.third.DeleteOutdatedDataResp");

export interface FcmUpdateTokenReq {
  platformID: number;
  fcmToken: string;
  account: string;
  expireTime: number;
}
export const FcmUpdateTokenReq: MessageType<FcmUpdateTokenReq> = message(
  "openim.third.FcmUpdateTokenReq",
);

export type FcmUpdateTokenResp = Record<string, never>;
export const FcmUpdateTokenResp: MessageType<FcmUpdateTokenResp> = message(
  "openim.third.FcmUpdateTokenResp",
);

export interface SetAppBadgeReq {
  userID: string;
  appUnreadCount: number;
}
export const SetAppBadgeReq: MessageType<SetAppBadgeReq> = message(
  "openim.third.SetAppBadgeReq",
);

export type SetAppBadgeResp = Record<string, never>;
export const SetAppBadgeResp: MessageType<SetAppBadgeResp> = message(
  "openim.third.SetAppBadgeResp",
);

export interface FileURL {
  filename: string;
  URL: string;
}
export const FileURL: MessageType<FileURL> = message("openim.third.fileURL");

export interface UploadLogsReq {
  platform: number;
  fileURLs: FileURL[];
  appFramework: string;
  version: string;
  ex: string;
}
export const UploadLogsReq: MessageType<UploadLogsReq> = message(
  "openim.third.UploadLogsReq",
);

export type UploadLogsResp = Record<string, never>;
export const UploadLogsResp: MessageType<UploadLogsResp> = message(
  "openim.third.UploadLogsResp",
);

export interface DeleteLogsReq {
  logIDs: string[];
}
export const DeleteLogsReq: MessageType<DeleteLogsReq> = message(
  "openim.third.DeleteLogsReq",
);

export type DeleteLogsResp = Record<string, never>;
export const DeleteLogsResp: MessageType<DeleteLogsResp> = message(
  "openim.third.DeleteLogsResp",
);

export interface SearchLogsReq {
  keyword: string;
  startTime: number;
  endTime: number;
  pagination: sdkws.RequestPagination | null;
}
export const SearchLogsReq: MessageType<SearchLogsReq> = message(
  "openim.third.SearchLogsReq",
);

export interface LogInfo {
  userID: string;
  /** platform name such as IOS, Android, Web */
  platform: string;
  url: string;
  /** Unix milliseconds */
  createTime: number;
  nickname: string;
  logID: string;
  filename: string;
  systemType: string;
  ex: string;
  version: string;
}
export const LogInfo: MessageType<LogInfo> = message("openim.third.LogInfo");

export interface SearchLogsResp {
  logsInfos: LogInfo[];
  total: number;
}
export const SearchLogsResp: MessageType<SearchLogsResp> = message(
  "openim.third.SearchLogsResp",
);
