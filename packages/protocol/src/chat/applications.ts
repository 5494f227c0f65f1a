import type { RequestPagination } from "../generated/sdkws.ts";
import { defineMessage, type MessageType } from "../message.ts";
import { AppletInfo } from "./shared.ts";

/*
 * Applets, versions of applications, and what clients are told.
 */

/** /applet/add */
export interface AppletAddReq {
  id: string;
  name: string;
  appID: string;
  icon: string;
  url: string;
  md5: string;
  size: number;
  version: string;
  priority: number;
  status: number;
  createTime: number;
}
export const AppletAddReq: MessageType<AppletAddReq> = defineMessage(
  "chat.AppletAddReq",
  {
    id: "string",
    name: "string",
    appID: "string",
    icon: "string",
    url: "string",
    md5: "string",
    size: "int64",
    version: "string",
    priority: "uint32",
    status: "uint32",
    createTime: "int64",
  },
);

/** /applet/del */
export interface AppletDelReq {
  appletIds: string[];
}
export const AppletDelReq: MessageType<AppletDelReq> = defineMessage(
  "chat.AppletDelReq",
  {
    appletIds: "string[]",
  },
);

/** /applet/update */
export interface AppletUpdateReq {
  id: string;
  name: string | null;
  appID: string | null;
  icon: string | null;
  url: string | null;
  md5: string | null;
  size: number | null;
  version: string | null;
  priority: number | null;
  status: number | null;
  createTime: number | null;
}
export const AppletUpdateReq: MessageType<AppletUpdateReq> = defineMessage(
  "chat.AppletUpdateReq",
  {
    id: "string",
    name: "string?",
    appID: "string?",
    icon: "string?",
    url: "string?",
    md5: "string?",
    size: "int64?",
    version: "string?",
    priority: "uint32?",
    status: "uint32?",
    createTime: "int64?",
  },
);

/** /applet/search */
export interface AppletSearchReq {
  keyword: string;
  pagination: RequestPagination | null;
}
export const AppletSearchReq: MessageType<AppletSearchReq> = defineMessage(
  "chat.AppletSearchReq",
  {
    keyword: "string",
    pagination: "openim.sdkws.RequestPagination",
  },
);

export interface AppletSearchResp {
  total: number;
  applets: AppletInfo[];
}
export const AppletSearchResp: MessageType<AppletSearchResp> = defineMessage(
  "chat.AppletSearchResp",
  {
    total: "uint32",
    applets: `${AppletInfo.name}[]`,
  },
);

/** /client_config/set */
export interface ClientConfigSetReq {
  config: Record<string, string>;
}
export const ClientConfigSetReq: MessageType<ClientConfigSetReq> =
  defineMessage("chat.ClientConfigSetReq", {
    config: "string{}",
  });

/** /client_config/del */
export interface ClientConfigDelReq {
  keys: string[];
}
export const ClientConfigDelReq: MessageType<ClientConfigDelReq> =
  defineMessage("chat.ClientConfigDelReq", {
    keys: "string[]",
  });

/** /application/add_version */
export interface ApplicationAddVersionReq {
  platform: string;
  version: string;
  url: string;
  text: string;
  force: boolean;
  latest: boolean;
  hot: boolean;
}
export const ApplicationAddVersionReq: MessageType<ApplicationAddVersionReq> =
  defineMessage("chat.ApplicationAddVersionReq", {
    platform: "string",
    version: "string",
    url: "string",
    text: "string",
    force: "bool",
    latest: "bool",
    hot: "bool",
  });

/** /application/update_version */
export interface ApplicationUpdateVersionReq {
  id: string;
  platform: string | null;
  version: string | null;
  url: string | null;
  text: string | null;
  force: boolean | null;
  latest: boolean | null;
  hot: boolean | null;
}
export const ApplicationUpdateVersionReq: MessageType<ApplicationUpdateVersionReq> =
  defineMessage("chat.ApplicationUpdateVersionReq", {
    id: "string",
    platform: "string?",
    version: "string?",
    url: "string?",
    text: "string?",
    force: "bool?",
    latest: "bool?",
    hot: "bool?",
  });

/** /application/delete_version */
export interface ApplicationDeleteVersionReq {
  id: string[];
}
export const ApplicationDeleteVersionReq: MessageType<ApplicationDeleteVersionReq> =
  defineMessage("chat.ApplicationDeleteVersionReq", {
    id: "string[]",
  });
