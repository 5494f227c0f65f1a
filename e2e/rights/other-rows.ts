import { createHash } from "node:crypto";

import { newID } from "./fixtures.ts";
import type { Fixtures } from "./fixtures.ts";
import { adminOnly, anyone, firstPage, selfOrAdmin } from "./roles.ts";
import type { Row } from "./roles.ts";

/** Two days that end tomorrow. */
const span = () => ({
  start: Date.now() - 86_400_000,
  end: Date.now() + 86_400_000,
});

export const clientRows: Row[] = [
  selfOrAdmin("/third/fcm_update_token", ({ self }) => ({
    platformID: 2,
    fcmToken: "t",
    account: self,
    expireTime: 0,
  })),
  selfOrAdmin("/third/set_app_badge", ({ self }) => ({
    userID: self,
    appUnreadCount: 1,
  })),
  anyone("/push/get_web_push_key", () => ({})),
  adminOnly("/push/explain_unsent", ({ self }) => ({
    clientMsgID: newID(),
    userID: self,
  })),
  anyone("/third/logs/upload", () => ({
    platform: 5,
    fileURLs: [{ filename: "a.log", URL: "http://127.0.0.1/a.log" }],
  })),
  adminOnly("/third/logs/delete", async (f) => ({
    logIDs: [await f.clientLog()],
  })),
  adminOnly("/third/logs/search", () => ({ ...firstPage, ...span() })),
];

export const objectRows: Row[] = [
  anyone("/object/part_limit", () => ({})),
  anyone("/object/part_size", () => ({ size: 1 })),
  selfOrAdmin("/object/initiate_multipart_upload", ({ self }) => ({
    hash: createHash("md5").update(newID()).digest("hex"),
    size: 20,
    maxParts: 1,
    name: `${self}/${newID()}`,
  })),
  selfOrAdmin("/object/auth_sign", async (f) => ({
    uploadID: (await f.openUpload()).uploadID,
    partNumbers: [1],
  })),
  selfOrAdmin("/object/complete_multipart_upload", async (f) => {
    const { uploadID, name, parts } = await f.arrivedUpload();
    return { uploadID, name, parts };
  }),
  selfOrAdmin(
    "/object/complete_multipart_upload",
    async (f, { role, userID }) => {
      const { uploadID, name, parts } = await f.arrivedUpload();
      const ownName = `${userID}/${newID()}`;
      return { uploadID, parts, name: role === "stranger" ? ownName : name };
    },
    "that another began, under an own name",
  ),
  anyone("/object/access_url", async (f: Fixtures) => ({
    name: await f.object(),
  })),
  selfOrAdmin("/object/initiate_form_data", ({ self }) => ({
    name: `${self}/${newID()}`,
    size: 20,
  })),
  selfOrAdmin("/object/complete_form_data", async (f) => ({
    id: await f.arrivedForm(),
  })),
];

export const operatorRows: Row[] = [
  adminOnly("/statistics/user/register", span),
  adminOnly("/statistics/user/active", () => ({ ...span(), ...firstPage })),
  adminOnly("/statistics/group/create", span),
  adminOnly("/statistics/group/active", () => ({ ...span(), ...firstPage })),
  adminOnly("/config/get_config_list", () => ({})),
  adminOnly("/config/get_config", () => ({ configName: "parley.yml" })),
  adminOnly("/config/get_enable_config_manager", () => ({})),
  // Without `configManager` not even administrators change settings.
  adminOnly(
    "/config/set_config",
    () => ({ configName: "parley.yml", data: "{}" }),
    { answer: 500 },
  ),
  adminOnly("/config/set_enable_config_manager", () => ({ enable: true }), {
    answer: 500,
  }),
  adminOnly("/config/reset_config", () => ({}), { answer: 500 }),
  adminOnly("/restart", () => ({}), { answer: 500 }),
];
