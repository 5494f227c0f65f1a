import { spyOn } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { loadConfig } from "@parley/server/src/config/load.ts";
import * as gateway from "@parley/server/src/gateway/gateway.ts";
import type { FrameHandlers } from "@parley/server/src/gateway/requests.ts";
import * as http from "@parley/server/src/http/server.ts";
import { createLogger } from "@parley/server/src/watching/logger.ts";
import { startServer } from "@parley/server/src/composition/server.ts";

export interface ServedRoutes {
  /** POST, with token and envelope; these are the ones with a row each. */
  routes: string[];
  /** Pages, which answer no JSON envelope, such as `GET /healthz`. */
  pages: string[];
  /** Identifiers of the frames that are answered. */
  frames: number[];
  /** Routes and pages of the chat service's ports, as `POST /path`. */
  accounts: string[];
  administration: string[];
  agents: string[];
}

/** Routes and pages of each port, and the gateway's frames. */
export interface Served {
  im: APIParts;
  accounts: APIParts;
  administration: APIParts;
  agents: APIParts;
  frames: FrameHandlers;
}
type APIParts = Pick<http.APIDeps, "routes" | "pages">;

/**
 * Starts a server and looks at what it hands to the HTTP layer: the very lists
 * that requests are looked up in. A scan of the source would miss paths that
 * are put together, and asking for known paths would miss unknown ones.
 */
export async function listServed(): Promise<Served> {
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
    const server = await startServer(config, createLogger("silent"), () =>
      Promise.reject(new Error("not while it is looked at")),
    );
    const [im, accounts, administration, agents] = serve.mock.calls.map(
      ([, served]) => served,
    );
    const [listened] = listen.mock.calls;
    await server.close();
    if (!im || !accounts || !administration || !agents || !listened)
      throw new Error("the server serves nothing");
    const frames = listened[1].handlers;
    return { im, accounts, administration, agents, frames };
  } finally {
    serve.mockRestore();
    listen.mockRestore();
    rmSync(dataFolder, { recursive: true, force: true });
  }
}

/** The same by their paths. */
export async function listServedRoutes(): Promise<ServedRoutes> {
  const { im, frames, ...others } = await listServed();
  const namesOf = (api: APIParts) => [...postsOf(api), ...pagesOf(api)];
  return {
    routes: im.routes.map(({ method }) => method.path),
    pages: pagesOf(im),
    frames: [...frames.keys()],
    accounts: namesOf(others.accounts),
    administration: namesOf(others.administration),
    agents: namesOf(others.agents),
  };
}

const postsOf = ({ routes }: APIParts): string[] =>
  routes.map(({ method }) => `POST ${method.path}`);

const pagesOf = ({ pages }: APIParts): string[] =>
  pages.map(({ method = "GET", path }) => `${method} ${path}`);

/**
 * OpenIM's webhook before a friend request, as IM servers call it: open to
 * everybody like the route beside it, but with no envelope and no headers.
 */
export const webhookPage =
  "POST /callback/open_im/callbackBeforeAddFriendCommand";
