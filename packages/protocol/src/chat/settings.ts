import { defineMessage, type MessageType } from "../message.ts";

/*
 * The settings of the chat service (chat.json).
 */

export interface ConfigGetConfigListResp {
  environment: string;
  version: string;
  configNames: string[];
}
export const ConfigGetConfigListResp: MessageType<ConfigGetConfigListResp> =
  defineMessage("chat.ConfigGetConfigListResp", {
    environment: "string",
    version: "string",
    configNames: "string[]",
  });

/** /config/get_config */
export interface ConfigGetConfigReq {
  configName: string;
}
export const ConfigGetConfigReq: MessageType<ConfigGetConfigReq> =
  defineMessage("chat.ConfigGetConfigReq", {
    configName: "string",
  });

/** /config/set_config */
export interface ConfigSetConfigReq {
  configName: string;
  data: string;
}
export const ConfigSetConfigReq: MessageType<ConfigSetConfigReq> =
  defineMessage("chat.ConfigSetConfigReq", {
    configName: "string",
    data: "string",
  });

/** /config/set_configs */
export interface ConfigSetConfigsReq {
  configs: ConfigSetConfigReq[];
}
export const ConfigSetConfigsReq: MessageType<ConfigSetConfigsReq> =
  defineMessage("chat.ConfigSetConfigsReq", {
    configs: `${ConfigSetConfigReq.name}[]`,
  });

export interface ConfigGetEnableConfigManagerResp {
  enable: boolean;
}
export const ConfigGetEnableConfigManagerResp: MessageType<ConfigGetEnableConfigManagerResp> =
  defineMessage("chat.ConfigGetEnableConfigManagerResp", {
    enable: "bool",
  });

/** /config/set_enable_config_manager */
export interface ConfigSetEnableConfigManagerReq {
  enable: boolean;
}
export const ConfigSetEnableConfigManagerReq: MessageType<ConfigSetEnableConfigManagerReq> =
  defineMessage("chat.ConfigSetEnableConfigManagerReq", {
    enable: "bool",
  });
