import {
  AdminClientConfigGet,
  AppletAdd,
  AppletDel,
  AppletFind,
  AppletSearch,
  AppletUpdate,
  ApplicationAddVersion,
  ApplicationDeleteVersion,
  ApplicationLatestVersion,
  ApplicationPageVersions,
  ApplicationUpdateVersion,
  ClientConfigDel,
  ClientConfigGet,
  ClientConfigSet,
} from "@parley/protocol/methods/chat/applications";

import { route } from "../http/route.ts";
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
  route(AppletFind, {
    handle: async () => ({ applets: await applets.listOnShelf() }),
  }),
  route(ClientConfigGet, {
    handle: async () => ({ config: await clientConfig.get() }),
  }),
  ...versionRoutes(versions),
];

export const applicationAdministrationRoutes = ({
  applets,
  versions,
  clientConfig,
}: ApplicationRoutesDeps): Route[] => [
  route(AppletAdd, {
    handle: (_call, applet) => applets.add(applet),
  }),
  route(AppletDel, {
    handle: (_call, { appletIds }) => applets.delete(appletIds),
  }),
  route(AppletUpdate, {
    handle: (_call, change) => applets.update(change),
  }),
  route(AppletSearch, {
    handle: (_call, { keyword, pagination }) =>
      applets.search(keyword, requireFilledPage(pagination)),
  }),

  route(AdminClientConfigGet, {
    handle: async () => ({ config: await clientConfig.get() }),
  }),
  route(ClientConfigSet, {
    handle: (_call, { config }) => clientConfig.set(config),
  }),
  route(ClientConfigDel, {
    handle: (_call, { keys }) => clientConfig.delete(keys),
  }),

  route(ApplicationAddVersion, {
    handle: (_call, version) => versions.add(version),
  }),
  route(ApplicationUpdateVersion, {
    handle: (_call, change) => versions.update(change),
  }),
  route(ApplicationDeleteVersion, {
    handle: (_call, { id }) => versions.delete(id),
  }),
  ...versionRoutes(versions),
];

/** On both ports, for applications that nobody has signed in to yet. */
const versionRoutes = (versions: ApplicationVersions): Route[] => [
  route(ApplicationLatestVersion, {
    handle: async (_call, { platform }) => ({
      version: await versions.findLatest(platform),
    }),
  }),
  route(ApplicationPageVersions, {
    handle: (_call, { platform, pagination }) =>
      versions.list(platform, toPage(pagination)),
  }),
];
