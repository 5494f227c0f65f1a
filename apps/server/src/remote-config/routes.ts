import { errors } from "@parley/protocol/errors";
import { goStringify, JSONError } from "@parley/protocol/go-json";
import type { Method } from "@parley/protocol/method";
import { chatSettings, imSettings } from "@parley/protocol/methods/settings";
import { GetEnableConfigManagerResp } from "@parley/protocol/rest-types";
import type { SetConfigReq } from "@parley/protocol/rest-types";

import { ownFile, renderConfigFile } from "../config/openim-files.ts";
import type { OpenIMService } from "../config/openim-files.ts";
import type { Config } from "../config/schema.ts";
import { BindError, requireAccess } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import { parseFile } from "./config-manager.ts";
import type { ConfigManager } from "./config-manager.ts";

export interface ConfigRoutesDeps {
  /** The settings in effect. */
  config: Config;
  version: string;
  /** undefined: settings cannot be changed over the network. */
  manager: ConfigManager | undefined;
}

/** The configuration over the network. */
export const configRoutes = (deps: ConfigRoutesDeps): Route[] =>
  routesOf(deps, imSettings, {
    service: "server",
    // COMPAT: without a manager OpenIM does not look at the body (docs/from-openim.md).
    checksFirst: false,
  });

/** The same as OpenIM's chat service has it, with its files. */
export function chatConfigRoutes(deps: ConfigRoutesDeps): Route[] {
  const ways: Ways = { service: "chat", checksFirst: true };
  return [
    ...routesOf(deps, chatSettings, ways),
    textRoute(chatSettings.SetConfigs, (request) =>
      setFiles(deps.manager, ways, () => request().configs),
    ),
  ];
}

/** The differences between the two services. */
interface Ways {
  service: OpenIMService;
  /** Reports an invalid request even where nothing can be changed. */
  checksFirst: boolean;
}

function routesOf(
  { config, version, manager }: ConfigRoutesDeps,
  methods: typeof imSettings,
  ways: Ways,
): Route[] {
  return [
    textRoute(methods.GetConfigList, () =>
      goStringify({ environment: "source", version, configNames: [ownFile] }),
    ),
    textRoute(methods.GetConfig, (request) => {
      const { configName } = request();
      const text = renderConfigFile(config, configName, ways.service);
      if (text === undefined)
        throw errors.args(`there is no file '${configName}'`);
      return goStringify(text);
    }),
    textRoute(methods.SetConfig, (request) =>
      setFiles(manager, ways, () => [request()]),
    ),
    textRoute(methods.ResetConfig, () => requireManager(manager).reset()),
    textRoute(methods.SetEnableConfigManager, async (request) => {
      if (ways.checksFirst) request();
      const { enable } = requireManager(manager);
      await enable(request().enable);
    }),
    textRoute(methods.GetEnableConfigManager, async () =>
      GetEnableConfigManagerResp.toJSON({
        enable: (await manager?.isEnabled()) ?? false,
      }),
    ),
    textRoute(methods.Restart, () => requireManager(manager).restart()),
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

/** A route that reads its body when it wants to, and answers with the text of `data`. */
const textRoute = <Request extends object>(
  method: Method<Request>,
  answer: (request: () => Request) => Promise<string | void> | string,
): Route => ({
  method,
  async answer({ cause: { actor } }, body) {
    requireAccess(method, actor, {});
    return (await answer(() => read(method, body))) ?? undefined;
  },
});

function read<Request>(
  { request, bindStatus }: Method<Request>,
  body: string,
): Request {
  try {
    return request.limited.fromJSON(body);
  } catch (error) {
    if (!(error instanceof JSONError)) throw error;
    throw new BindError(errors.args(error.message), bindStatus);
  }
}
