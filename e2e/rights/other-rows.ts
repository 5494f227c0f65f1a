import { createHash } from "node:crypto";
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
  CountCreatedGroups,
  CountRegisteredUsers,
  ListActiveGroups,
  ListActiveUsers,
} from "@parley/protocol/methods/statistics";
import { imSettings } from "@parley/protocol/methods/settings";

import { newID } from "./fixtures.ts";
import type { Fixtures } from "./fixtures.ts";
import { row, firstPage, onlySelf, onlyAdministrators } from "./roles.ts";
import type { Row } from "./roles.ts";

/** Two days that end tomorrow. */
const span = () => ({
  start: Date.now() - 86_400_000,
  end: Date.now() + 86_400_000,
});

export const clientRows: Row[] = [
  row(FcmUpdateToken, ({ self }) => ({
    platformID: 2,
    fcmToken: "t",
    account: self,
    expireTime: 0,
  })),
  row(SetAppBadge, ({ self }) => ({
    userID: self,
    appUnreadCount: 1,
  })),
  row(GetWebPushKey, () => ({})),
  row(ExplainUnsent, ({ self }) => ({
    clientMsgID: newID(),
    userID: self,
  })),
  row(UploadLogs, () => ({
    platform: 5,
    fileURLs: [{ filename: "a.log", URL: "http://127.0.0.1/a.log" }],
  })),
  row(DeleteLogs, async (f) => ({
    logIDs: [await f.clientLog()],
  })),
  row(SearchLogs, () => ({ ...firstPage, ...span() })),
];

export const objectRows: Row[] = [
  row(PartLimit, () => ({})),
  row(PartSize, () => ({ size: 1 })),
  row(InitiateMultipartUpload, ({ self }) => ({
    hash: createHash("md5").update(newID()).digest("hex"),
    size: 20,
    maxParts: 1,
    name: `${self}/${newID()}`,
  })),
  row(
    AuthSign,
    async (f) => ({
      uploadID: (await f.openUpload()).uploadID,
      partNumbers: [1],
    }),
    { codes: onlySelf },
  ),
  row(
    CompleteMultipartUpload,
    async (f) => {
      const { uploadID, name, parts } = await f.arrivedUpload();
      return { uploadID, name, parts };
    },
    { codes: onlySelf },
  ),
  row(
    CompleteMultipartUpload,
    async (f, { role, userID }) => {
      const { uploadID, name, parts } = await f.arrivedUpload();
      const ownName = `${userID}/${newID()}`;
      return { uploadID, parts, name: role === "stranger" ? ownName : name };
    },
    { about: "that another began, under an own name", codes: onlySelf },
  ),
  row(AccessURL, async (f: Fixtures) => ({
    name: await f.object(),
  })),
  row(InitiateFormData, ({ self }) => ({
    name: `${self}/${newID()}`,
    size: 20,
  })),
  row(
    CompleteFormData,
    async (f) => ({
      id: await f.arrivedForm(),
    }),
    { codes: onlySelf },
  ),
];

export const operatorRows: Row[] = [
  row(CountRegisteredUsers, span),
  row(ListActiveUsers, () => ({ ...span(), ...firstPage })),
  row(CountCreatedGroups, span),
  row(ListActiveGroups, () => ({ ...span(), ...firstPage })),
  row(imSettings.GetConfigList, () => ({})),
  row(imSettings.GetConfig, () => ({ configName: "parley.yml" })),
  row(imSettings.GetEnableConfigManager, () => ({})),
  // Without `configManager` not even administrators change settings.
  row(imSettings.SetConfig, () => ({ configName: "parley.yml", data: "{}" }), {
    codes: { ...onlyAdministrators, imAdmin: 500 },
  }),
  row(imSettings.SetEnableConfigManager, () => ({ enable: true }), {
    codes: { ...onlyAdministrators, imAdmin: 500 },
  }),
  row(imSettings.ResetConfig, () => ({}), {
    codes: { ...onlyAdministrators, imAdmin: 500 },
  }),
  row(imSettings.Restart, () => ({}), {
    codes: { ...onlyAdministrators, imAdmin: 500 },
  }),
];
