import { errors } from "@parley/protocol/errors";
import { goStringify, JSONError } from "@parley/protocol/go-json";
import {
  GetConfigReq,
  GetEnableConfigManagerResp,
} from "@parley/protocol/rest-types";

import { BindError, requireAdmin } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import { ownFile, renderConfigFile } from "./openim-files.ts";
import type { Config } from "./schema.ts";

/**
 * The configuration over the network: it can be read. Changing it needs a
 * configuration centre, which OpenIM's single process has not either.
 */
export const configRoutes = (config: Config, version: string): Route[] => [
  adminRoute("/config/get_config_list", () =>
    goStringify({ environment: "source", version, configNames: [ownFile] }),
  ),
  adminRoute("/config/get_config", (body) => {
    const { configName } = readRequest(body);
    const text = renderConfigFile(config, configName);
    if (text === undefined)
      throw errors.args(`there is no file '${configName}'`);
    return goStringify(text);
  }),
  adminRoute("/config/get_enable_config_manager", () =>
    GetEnableConfigManagerResp.toJSON({ enable: false }),
  ),
  // COMPAT: whatever the body says, the answer is the same (config.md §1a).
  ...[
    "/config/set_config",
    "/config/set_enable_config_manager",
    "/config/reset_config",
  ].map((path) =>
    adminRoute(path, () => {
      throw errors.internal(
        "settings come from the file and the environment of the process: change them there and restart it",
      );
    }),
  ),
  adminRoute("/restart", () => {
    throw errors.internal(
      "this process does not restart itself: whoever runs it does",
    );
  }),
];

function adminRoute(path: string, answer: (body: string) => string): Route {
  return {
    path,
    isOpen: false,
    bindStatus: 400,
    async answer({ actor }, body) {
      requireAdmin(actor);
      return answer(body);
    },
  };
}

function readRequest(body: string): GetConfigReq {
  try {
    return GetConfigReq.fromJSON(body);
  } catch (error) {
    if (!(error instanceof JSONError)) throw error;
    throw new BindError(errors.args(error.message), 400);
  }
}
