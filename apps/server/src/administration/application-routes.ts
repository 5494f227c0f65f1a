import {
  AppletFindResp,
  ApplicationLatestVersionReq,
  ApplicationLatestVersionResp,
  ApplicationPageVersionsReq,
  ApplicationPageVersionsResp,
} from "@parley/protocol/chat/accounts";
import {
  AppletAddReq,
  AppletDelReq,
  AppletSearchReq,
  AppletSearchResp,
  AppletUpdateReq,
  ApplicationAddVersionReq,
  ApplicationDeleteVersionReq,
  ApplicationUpdateVersionReq,
  ClientConfigDelReq,
  ClientConfigSetReq,
} from "@parley/protocol/chat/applications";
import { ClientConfigGetResp } from "@parley/protocol/chat/shared";
import { EmptyReq } from "@parley/protocol/rest-types";

import { openRoute, route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import { requireFilledPage, toPage } from "../storage/page.ts";
import type { Applets } from "./applets.ts";
import type { ApplicationVersions } from "./application-versions.ts";
import type { ChatClientConfig } from "./client-config.ts";

export interface ApplicationRoutesDeps {
  applets: Applets;
  versions: ApplicationVersions;
  clientConfig: ChatClientConfig;
}

/**
 * Routes at the accounts' port for apps: applets, versions, client settings.
 */
export const applicationRoutes = ({
  applets,
  versions,
  clientConfig,
}: ApplicationRoutesDeps): Route[] => [
  route("/applet/find", EmptyReq, {
    response: AppletFindResp,
    handle: async () => ({ applets: await applets.listOnShelf() }),
  }),
  openRoute("/client_config/get", EmptyReq, {
    response: ClientConfigGetResp,
    handle: async () => ({ config: await clientConfig.get() }),
  }),
  ...versionRoutes(versions),
];

export const applicationAdministrationRoutes = ({
  applets,
  versions,
  clientConfig,
}: ApplicationRoutesDeps): Route[] => [
  route("/applet/add", AppletAddReq, {
    handle: (_call, applet) => applets.add(applet),
  }),
  route("/applet/del", AppletDelReq, {
    handle: (_call, { appletIds }) => applets.delete(appletIds),
  }),
  route("/applet/update", AppletUpdateReq, {
    handle: (_call, change) => applets.update(change),
  }),
  route("/applet/search", AppletSearchReq, {
    response: AppletSearchResp,
    handle: (_call, { keyword, pagination }) =>
      applets.search(keyword, requireFilledPage(pagination)),
  }),

  route("/client_config/get", EmptyReq, {
    response: ClientConfigGetResp,
    handle: async () => ({ config: await clientConfig.get() }),
  }),
  route("/client_config/set", ClientConfigSetReq, {
    handle: (_call, { config }) => clientConfig.set(config),
  }),
  route("/client_config/del", ClientConfigDelReq, {
    handle: (_call, { keys }) => clientConfig.delete(keys),
  }),

  route("/application/add_version", ApplicationAddVersionReq, {
    handle: (_call, version) => versions.add(version),
  }),
  route("/application/update_version", ApplicationUpdateVersionReq, {
    handle: (_call, change) => versions.update(change),
  }),
  route("/application/delete_version", ApplicationDeleteVersionReq, {
    handle: (_call, { id }) => versions.delete(id),
  }),
  ...versionRoutes(versions),
];

/** On both ports, for applications that nobody has signed in to yet. */
const versionRoutes = (versions: ApplicationVersions): Route[] => [
  openRoute("/application/latest_version", ApplicationLatestVersionReq, {
    response: ApplicationLatestVersionResp,
    handle: async (_call, { platform }) => ({
      version: await versions.findLatest(platform),
    }),
  }),
  openRoute("/application/page_versions", ApplicationPageVersionsReq, {
    response: ApplicationPageVersionsResp,
    handle: (_call, { platform, pagination }) =>
      versions.list(platform, toPage(pagination)),
  }),
];
