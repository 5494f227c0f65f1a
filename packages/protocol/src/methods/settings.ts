import { ConfigSetConfigsReq } from "../chat/settings.ts";
import {
  EmptyReq,
  GetConfigListResp,
  GetConfigReq,
  GetEnableConfigManagerResp,
  SetConfigReq,
  SetEnableConfigManagerReq,
} from "../rest-types.ts";
import { administrator, method, nothing, text } from "../method.ts";
import type { Method } from "../method.ts";

const managed =
  "Where the setting configManager is on; elsewhere refused with 500.";

/** The configuration over the network, as the IM server and the chat service have it. */
const settingsMethods = (
  /** COMPAT: of an answer to what is no JSON. */
  bindStatus: Method["bindStatus"],
) => ({
  GetConfigList: method(
    "/config/get_config_list",
    EmptyReq,
    GetConfigListResp,
    {
      access: administrator,
      kind: "read",
      bindStatus,
      words: ["List the configuration's files"],
      codes: [1002],
    },
  ),
  GetConfig: method("/config/get_config", GetConfigReq, text, {
    access: administrator,
    kind: "read",
    bindStatus,
    words: [
      "Read one of the configuration's files",
      "As text that holds JSON; secrets are masked.",
    ],
    codes: [1002],
  }),
  SetConfig: method("/config/set_config", SetConfigReq, nothing, {
    access: administrator,
    kind: "change",
    bindStatus,
    words: ["Change the configuration", managed],
    codes: [1002],
  }),
  ResetConfig: method("/config/reset_config", EmptyReq, nothing, {
    access: administrator,
    kind: "change",
    bindStatus,
    words: ["Reset the settings to those of the file", managed],
    codes: [1002],
  }),
  SetEnableConfigManager: method(
    "/config/set_enable_config_manager",
    SetEnableConfigManagerReq,
    nothing,
    {
      access: administrator,
      kind: "change",
      bindStatus,
      words: ["Switch between changed settings and those of the file", managed],
      codes: [1002],
    },
  ),
  GetEnableConfigManager: method(
    "/config/get_enable_config_manager",
    EmptyReq,
    GetEnableConfigManagerResp,
    {
      access: administrator,
      kind: "read",
      bindStatus,
      words: ["Check whether changed settings are in effect"],
      codes: [1002],
    },
  ),
  Restart: method("/restart", EmptyReq, nothing, {
    access: administrator,
    kind: "change",
    bindStatus,
    words: ["Restart the server", managed],
    codes: [1002],
  }),
});

export const imSettings = settingsMethods(400);

export const chatSettings = {
  ...settingsMethods(200),
  SetConfigs: method("/config/set_configs", ConfigSetConfigsReq, nothing, {
    access: administrator,
    kind: "change",
    words: [
      "Change several files of the configuration",
      `All of them or none. ${managed}`,
    ],
  }),
};
