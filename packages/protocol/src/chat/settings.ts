import { defineMessage, type MessageType } from "../message.ts";
import { SetConfigReq } from "../rest-types.ts";

/*
 * What the settings of the chat service have beyond the IM server's
 *.
 */

/** /config/set_configs */
export interface ConfigSetConfigsReq {
  configs: SetConfigReq[];
}
export const ConfigSetConfigsReq: MessageType<ConfigSetConfigsReq> =
  defineMessage("chat.ConfigSetConfigsReq", {
    configs: `${SetConfigReq.name}[]`,
  });
