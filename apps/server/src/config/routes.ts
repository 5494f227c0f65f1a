import { errors } from "@parley/protocol/errors";
import { goStringify, JSONError } from "@parley/protocol/go-json";
import { ConfigSetConfigsReq } from "@parley/protocol/chat/settings";
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
import { parseFile } from "./config-manager.ts";
import type { ConfigManager } from "./config-manager.ts";
import { ownFile, renderConfigFile } from "./openim-files.ts";
import type { OpenIMService } from "./openim-files.ts";
import type { Config } from "./schema.ts";

export interface ConfigRoutesDeps {
  /** The settings in effect. */
  config: Config;
  version: string;
  /** undefined: settings cannot be changed over the network. */
  manager: ConfigManager | undefined;
}

/** The configuration over the network. */
export const configRoutes = (deps: ConfigRoutesDeps): Route[] =>
  routesOf(deps, {
    service: "server",
    bindStatus: 400,
    // COMPAT: without a manager OpenIM does not look at the body (docs/from-openim.md).
    checksFirst: false,
  });

/** The same as OpenIM's chat service has it, with its files. */
export function chatConfigRoutes(deps: ConfigRoutesDeps): Route[] {
  const ways: Ways = { service: "chat", bindStatus: 200, checksFirst: true };
  return [
    ...routesOf(deps, ways),
    adminRoute(
      "/config/set_configs",
      { request: ConfigSetConfigsReq, ...ways },
      (body) =>
        setFiles(
          deps.manager,
          ways,
          () => read(ConfigSetConfigsReq, body, ways).configs,
        ),
    ),
  ];
}

/** In what the two services differ. */
interface Ways {
  service: OpenIMService;
  /** COMPAT: of an answer to what is no JSON. */
  bindStatus: 200 | 400;
  /** Reports an invalid request even where nothing can be changed. */
  checksFirst: boolean;
}

function routesOf(
  { config, version, manager }: ConfigRoutesDeps,
  ways: Ways,
): Route[] {
  return [
    adminRoute(
      "/config/get_config_list",
      { response: GetConfigListResp, ...ways },
      () =>
        goStringify({ environment: "source", version, configNames: [ownFile] }),
    ),
    adminRoute(
      "/config/get_config",
      { request: GetConfigReq, response: "string", ...ways },
      (body) => {
        const { configName } = read(GetConfigReq, body, ways);
        const text = renderConfigFile(config, configName, ways.service);
        if (text === undefined)
          throw errors.args(`there is no file '${configName}'`);
        return goStringify(text);
      },
    ),
    adminRoute(
      "/config/set_config",
      { request: SetConfigReq, ...ways },
      (body) => setFiles(manager, ways, () => [read(SetConfigReq, body, ways)]),
    ),
    adminRoute("/config/reset_config", ways, () =>
      requireManager(manager).reset(),
    ),
    adminRoute(
      "/config/set_enable_config_manager",
      { request: SetEnableConfigManagerReq, ...ways },
      async (body) => {
        if (ways.checksFirst) read(SetEnableConfigManagerReq, body, ways);
        const { enable } = requireManager(manager);
        await enable(read(SetEnableConfigManagerReq, body, ways).enable);
      },
    ),
    adminRoute(
      "/config/get_enable_config_manager",
      { response: GetEnableConfigManagerResp, ...ways },
      async () =>
        GetEnableConfigManagerResp.toJSON({
          enable: (await manager?.isEnabled()) ?? false,
        }),
    ),
    adminRoute("/restart", ways, () => requireManager(manager).restart()),
  ];
}

async function setFiles(
  manager: ConfigManager | undefined,
  { service, checksFirst }: Ways,
  readFiles: () => readonly SetConfigReq[],
): Promise<void> {
  if (!checksFirst) requireManager(manager);
  const files = readFiles().map(({ configName, data }) => ({
    name: configName,
    text: data,
  }));
  for (const file of files) parseFile(file, service);
  if (files.length > 0) await requireManager(manager).setAll(files, service);
}

function requireManager(manager: ConfigManager | undefined): ConfigManager {
  if (manager) return manager;
  throw errors.internal(
    "settings come from the file and the environment of the process; start it with PARLEY_CONFIG_MANAGER=true to change them here",
  );
}

function adminRoute(
  path: string,
  {
    request = EmptyReq,
    response,
    bindStatus,
  }: Partial<Pick<RouteSchema, "request" | "response">> &
    Pick<Ways, "bindStatus">,
  answer: (body: string) => Promise<string | void> | string,
): Route {
  return {
    path,
    schema: { request, required: [], response, isList: false },
    isOpen: false,
    bindStatus,
    async answer({ actor }, body) {
      requireAdmin(actor);
      return (await answer(body)) ?? undefined;
    },
  };
}

function read<Request>(
  type: MessageType<Request>,
  body: string,
  { bindStatus }: Ways,
): Request {
  try {
    return type.limited.fromJSON(body);
  } catch (error) {
    if (!(error instanceof JSONError)) throw error;
    throw new BindError(errors.args(error.message), bindStatus);
  }
}
