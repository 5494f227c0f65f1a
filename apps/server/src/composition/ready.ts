import { GetAdminToken } from "@parley/protocol/methods/auth";

import { listenersOf } from "../config/listening.ts";
import type { Listener } from "../config/listening.ts";
import { defaultSecret } from "../config/schema.ts";
import type { Config } from "../config/schema.ts";
import type { AccountsServer } from "./accounts-server.ts";
import type { ParleyServer } from "./server.ts";

/** Addresses of all ports, for the log and for people. */
export interface ServedAddresses {
  api?: string;
  docs?: string;
  ws?: string;
  accounts?: string;
  administration?: string;
  bots?: string;
  /** Elsewhere. */
  imServer?: string;
  data: string;
}

export function addressesOf(
  config: Config,
  server: ParleyServer | AccountsServer,
): ServedAddresses {
  const { chat, storage: data } = server;
  const at = (scheme: string, hostname: string, port: number) =>
    `${scheme}://${hostOf(hostname)}:${port}`;
  const listeners = listenersOf(config);
  const listening = (name: Listener) => listeners.get(name) ?? config.listen;
  const isWhole = "apiPort" in server;
  const api = isWhole
    ? at("http", listening("apiListen"), server.apiPort)
    : undefined;
  const accounts = chat && at("http", listening("accounts.listen"), chat.port);
  return {
    ...(isWhole && {
      api,
      ...(config.docs.enable && { docs: `${api}/docs` }),
      ws: at("ws", listening("wsListen"), server.wsPort),
    }),
    ...(chat && {
      accounts,
      administration: at(
        "http",
        listening("accounts.adminListen"),
        chat.adminPort,
      ),
    }),
    ...(chat?.agents && {
      bots: at("http", listening("agents.listen"), chat.agents.port),
    }),
    ...(!isWhole && {
      ...(config.docs.enable && { docs: `${accounts}/docs` }),
      imServer: config.accounts.imAddress,
    }),
    data,
  };
}

/** Returns the host under which this machine reaches the listener. */
function hostOf(listen: string): string {
  if (listen === "0.0.0.0" || listen === "::") return "localhost";
  return listen.includes(":") ? `[${listen}]` : listen;
}

const titles = {
  api: "REST API",
  docs: "Its page",
  ws: "WebSocket",
  accounts: "Accounts",
  administration: "Admin API",
  bots: "Bots",
  imServer: "IM server",
  data: "Data",
} as const satisfies Record<keyof ServedAddresses, string>;

/** Returns the text for a terminal when the server is ready. */
export function banner(
  title: string,
  config: Config,
  addresses: ServedAddresses,
): string {
  const rows = (Object.keys(titles) as (keyof ServedAddresses)[])
    .filter((name) => addresses[name] !== undefined)
    .map((name) => `  ${titles[name].padEnd(11)}${addresses[name]}`);
  const secret =
    config.secret === defaultSecret ? defaultSecret : "<your secret>";
  const token =
    addresses.api &&
    `  An administrator's token:
    curl -s ${addresses.api}${GetAdminToken.path} -H 'operationID: 1' \\
      -d '{"secret":"${secret}","userID":"${config.adminUserIDs[0] ?? "imAdmin"}"}'

`;
  return `
${title}

${rows.join("\n")}

${token ?? ""}  Ctrl-C stops it.
`;
}
