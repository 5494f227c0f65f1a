import { errors } from "@parley/protocol/errors";
import { goStringify, JSONError } from "@parley/protocol/go-json";
import type { MessageType } from "@parley/protocol/message";
import {
  EmptyReq,
  GetConfigListResp,
  GetConfigReq,
  GetEnableConfigManagerResp,
  SetConfigReq,
  SetEnableConfigManagerReq,
} from "@parley/protocol/rest-types";

import { BindError, requireAdmin } from "../http/route.ts";
import type { Route, RouteSchema } from "../http/route.ts";
import type { ConfigManager } from "./config-manager.ts";
import { ownFile, renderConfigFile } from "./openim-files.ts";
import type { Config } from "./schema.ts";

export interface ConfigRoutesDeps {
  /** The settings in effect. */
  config: Config;
  version: string;
  /** undefined: settings cannot be changed over the network. */
  manager: ConfigManager | undefined;
}

/** The configuration over the network. */
export function configRoutes(deps: ConfigRoutesDeps): Route[] {
  const { config, version } = deps;

  /** COMPAT: without it OpenIM does not look at the body (config.md §1a). */
  function requireManager(): ConfigManager {
    if (deps.manager) return deps.manager;
    throw errors.internal(
      "settings come from the file and the environment of the process; start it with PARLEY_CONFIG_MANAGER=true to change them here",
    );
  }

  return [
    adminRoute("/config/get_config_list", { response: GetConfigListResp }, () =>
      goStringify({ environment: "source", version, configNames: [ownFile] }),
    ),
    adminRoute(
      "/config/get_config",
      { request: GetConfigReq, response: "string" },
      (body) => {
        const { configName } = read(GetConfigReq, body);
        const text = renderConfigFile(config, configName);
        if (text === undefined)
          throw errors.args(`there is no file '${configName}'`);
        return goStringify(text);
      },
    ),
    adminRoute(
      "/config/set_config",
      { request: SetConfigReq },
      async (body) => {
        const manager = requireManager();
        const { configName, data } = read(SetConfigReq, body);
        await manager.set(configName, data);
      },
    ),
    adminRoute("/config/reset_config", {}, () => requireManager().reset()),
    adminRoute(
      "/config/set_enable_config_manager",
      { request: SetEnableConfigManagerReq },
      async (body) => {
        const manager = requireManager();
        await manager.enable(read(SetEnableConfigManagerReq, body).enable);
      },
    ),
    adminRoute(
      "/config/get_enable_config_manager",
      { response: GetEnableConfigManagerResp },
      async () =>
        GetEnableConfigManagerResp.toJSON({
          enable: (await deps.manager?.isEnabled()) ?? false,
        }),
    ),
    adminRoute("/restart", {}, () => requireManager().restart()),
  ];
}

function adminRoute(
  path: string,
  {
    request = EmptyReq,
    response,
  }: Partial<Pick<RouteSchema, "request" | "response">>,
  answer: (body: string) => Promise<string | void> | string,
): Route {
  return {
    path,
    schema: { request, required: [], response, isList: false },
    isOpen: false,
    bindStatus: 400,
    async answer({ actor }, body) {
      requireAdmin(actor);
      return (await answer(body)) ?? undefined;
    },
  };
}

function read<Request>(type: MessageType<Request>, body: string): Request {
  try {
    return type.fromJSON(body);
  } catch (error) {
    if (!(error instanceof JSONError)) throw error;
    throw new BindError(errors.args(error.message), 400);
  }
}
