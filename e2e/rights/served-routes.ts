import { spyOn } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { loadConfig } from "@parley/server/src/config/load.ts";
import * as gateway from "@parley/server/src/gateway/gateway.ts";
import * as http from "@parley/server/src/http/server.ts";
import { createLog } from "@parley/server/src/log.ts";
import { startServer } from "@parley/server/src/server.ts";

export interface ServedRoutes {
  /** POST, with token and envelope; these are the ones with a row each. */
  routes: string[];
  /** What is no JSON in an envelope, as `GET /healthz`. */
  pages: string[];
  /** Identifiers of the frames that are answered. */
  frames: number[];
  /** Routes and pages of the chat service's ports, as `POST /path`. */
  accounts: string[];
  administration: string[];
  agents: string[];
}

/**
 * Starts a server and looks at what it hands to the HTTP layer: the very lists
 * that requests are looked up in. A scan of the source would miss paths that
 * are put together, and asking for known paths would miss unknown ones.
 */
export async function listServedRoutes(): Promise<ServedRoutes> {
  const dataFolder = mkdtempSync(path.join(tmpdir(), "parley-routes-"));
  const serve = spyOn(http, "serveAPI");
  const listen = spyOn(gateway, "listen");
  try {
    const config = await loadConfig({
      file: undefined,
      environment: {
        PARLEY_DATA: dataFolder,
        PARLEY_LISTEN: "127.0.0.1",
        PARLEY_API_PORT: "0",
        PARLEY_WS_PORT: "0",
        PARLEY_ACCOUNTS_PORT: "0",
        PARLEY_ACCOUNTS_ADMIN_PORT: "0",
        PARLEY_AGENTS_PORT: "0",
      },
    });
    const server = await startServer(config, createLog("silent"), () =>
      Promise.reject(new Error("not while it is looked at")),
    );
    const [api, accounts, administration, agents] = serve.mock.calls.map(
      ([, served]) => served,
    );
    const [listened] = listen.mock.calls;
    await server.close();
    if (!api || !accounts || !administration || !agents || !listened)
      throw new Error("the server serves nothing");
    return {
      routes: api.routes.map((each) => each.path),
      pages: pagesOf(api),
      frames: [...listened[1].handlers.keys()],
      accounts: [...postsOf(accounts), ...pagesOf(accounts)],
      administration: [...postsOf(administration), ...pagesOf(administration)],
      agents: [...postsOf(agents), ...pagesOf(agents)],
    };
  } finally {
    serve.mockRestore();
    listen.mockRestore();
    rmSync(dataFolder, { recursive: true, force: true });
  }
}

type Served = Pick<http.APIDeps, "routes" | "pages">;

const postsOf = ({ routes }: Served): string[] =>
  routes.map(({ path }) => `POST ${path}`);

const pagesOf = ({ pages }: Served): string[] =>
  pages.map(({ method = "GET", path }) => `${method} ${path}`);

/**
 * OpenIM's webhook before a friend request, as IM servers call it: open to
 * everybody like the route beside it, but with no envelope and no headers.
 */
export const webhookPage =
  "POST /callback/open_im/callbackBeforeAddFriendCommand";
