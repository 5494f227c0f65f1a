// Starts a cluster for demonstrations on this machine: several nodes, PostgreSQL, NATS and
// an object store. Commands on standard input make nodes fail.
//   npm run cluster -- [--nodes 3] [--data .cluster] [--base 10000]
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";

import { startNats } from "../../apps/server/testing/bus/nats-server.ts";
import { startBalancer } from "../../apps/server/testing/network/balancer.ts";
import { startS3Stub } from "../../apps/server/testing/objects/s3-stub.ts";
import { startPostgres } from "../../apps/server/testing/storage/embedded-postgres.ts";

import { readArguments, refuseArguments } from "../arguments.ts";
import { findNats, noNats } from "../debian-packages.ts";
import { createNode } from "./node.ts";
import type { Node, NodeState } from "./node.ts";

const usage = `npm run cluster -- [options]

Starts several equal nodes with a PostgreSQL, a NATS and an S3-compatible store on
this machine, to see a cluster work and nodes fail. For operation use real ones:
docs/operating.md.

  --nodes N      number of nodes, 1 to 9 (default 3)
  --data FOLDER  keeps everything (default .cluster)
  --base PORT    clients connect to PORT+1, +2, +8, +9 and +10; nodes and the
                 others take ports above (default 10000: the usual ones)
  -h, --help     this text
`;
const { values } = readArguments(usage, {
  options: {
    nodes: { type: "string", default: "3" },
    data: { type: "string", default: ".cluster" },
    base: { type: "string", default: "10000" },
  },
});
if (!/^[1-9]$/.test(values.nodes))
  refuseArguments(
    `--nodes is a number from 1 to 9, not ${values.nodes}`,
    usage,
  );
const base = Number(values.base);
const highest = 65_535 - 9_910;
if (!/^\d+$/.test(values.base) || base < 1_000 || base > highest)
  refuseArguments(
    `--base is a port from 1000 to ${highest}, not ${values.base}`,
    usage,
  );
const count = Number(values.nodes);
const folder = path.resolve(values.data);

/** Offsets of a node's ports. */
const services = {
  ws: { at: 1, title: "WebSocket", variable: "PARLEY_WS_PORT" },
  api: { at: 2, title: "REST API", variable: "PARLEY_API_PORT" },
  accounts: { at: 8, title: "Accounts", variable: "PARLEY_ACCOUNTS_PORT" },
  admin: {
    at: 9,
    title: "Admin API",
    variable: "PARLEY_ACCOUNTS_ADMIN_PORT",
  },
  bots: { at: 10, title: "Bots", variable: "PARLEY_AGENTS_PORT" },
} as const;
type Service = keyof typeof services;
const serviceNames = Object.keys(services) as Service[];

const portOfNode = (node: number, service: Service): number =>
  base + node * 100 + services[service].at;
const ports = {
  postgres: base + 5_432,
  nats: base + 4_222,
  s3: base + 9_000,
};

const say = (text: string): void => console.log(text);

/** Steps of the shutdown; they run in reverse order. */
const undo: { title: string; run(): Promise<unknown> }[] = [];
let isStopping = false;

async function stop(exitCode: number): Promise<never> {
  isStopping = true;
  for (const { title, run } of undo.toReversed()) {
    say(`stopping ${title} …`);
    await run().catch((error: unknown) => say(`  ${String(error)}`));
  }
  say("stopped");
  process.exit(exitCode);
}

function fail(reason: string): Promise<never> {
  console.error(reason);
  return stop(1);
}

async function requireFree(): Promise<void> {
  const wanted = [
    ...Object.values(ports),
    ...serviceNames.map((service) => base + services[service].at),
    ...serviceNames.flatMap((service) =>
      Array.from({ length: count }, (_, i) => portOfNode(i + 1, service)),
    ),
  ];
  for (const port of wanted)
    await new Promise<void>((resolve, reject) => {
      const server = createServer();
      server.once("error", () =>
        reject(
          new Error(
            `port ${port} is in use: stop what listens there (npm start, or another cluster), or take other ports with --base 20000`,
          ),
        ),
      );
      server.listen(port, "127.0.0.1", () => server.close(() => resolve()));
    });
}

/** Reads the passwords of this cluster; makes them in a new folder. */
function readSecrets(): { postgres: string; nats: string; s3: string } {
  const file = path.join(folder, "secrets.json");
  if (!existsSync(file)) {
    const secret = (): string => randomBytes(16).toString("hex");
    const made = { postgres: secret(), nats: secret(), s3: secret() };
    writeFileSync(file, JSON.stringify(made), { mode: 0o600 });
  }
  return JSON.parse(readFileSync(file, "utf8")) as ReturnType<
    typeof readSecrets
  >;
}

function describe(state: NodeState): string {
  if (typeof state === "string") return state;
  return "ended" in state
    ? `ended: ${state.ended}`
    : `not ready: ${state.notReady}`;
}

async function begun<T extends object>(
  title: string,
  start: () => Promise<T>,
  end: (started: T) => Promise<unknown>,
): Promise<T> {
  const began = performance.now();
  say(`starting ${title} …`);
  const started = await start();
  undo.push({ title, run: () => end(started) });
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  say(`  ready in ${seconds} s`);
  return started;
}

async function startShared(): Promise<Record<string, string>> {
  const secrets = readSecrets();
  const postgres = await begun(
    `PostgreSQL on 127.0.0.1:${ports.postgres}`,
    () =>
      startPostgres({
        folder: path.join(folder, "postgres"),
        tcp: { port: ports.postgres, password: secrets.postgres },
        isApart: true,
      }),
    (started) => started.stop(),
  );
  const found = await postgres.run(
    "select 1 from pg_database where datname = 'parley'",
  );
  if (found.length === 0) await postgres.run("create database parley");
  await begun(
    `NATS on 127.0.0.1:${ports.nats}`,
    async () =>
      startNats(`authorization { user: parley, password: "${secrets.nats}" }`, {
        port: ports.nats,
        isApart: true,
      }),
    async (started) => started[Symbol.asyncDispose](),
  );
  const s3 = await begun(
    `an S3-compatible store on 127.0.0.1:${ports.s3}`,
    async () =>
      startS3Stub({
        port: ports.s3,
        secretAccessKey: secrets.s3,
        folder: path.join(folder, "objects"),
      }),
    async (started) => void (await started[Symbol.asyncDispose]()),
  );
  return {
    PARLEY_DATABASE_URL: postgres.urlOf("parley"),
    PARLEY_BUS_URL: `nats://parley:${secrets.nats}@127.0.0.1:${ports.nats}`,
    PARLEY_OBJECTS_STORE: "s3",
    PARLEY_OBJECTS_S3_ENDPOINT: s3.endpoint,
    PARLEY_OBJECTS_S3_ACCESS_KEY_ID: s3.credentials.accessKeyID,
    PARLEY_OBJECTS_S3_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
  };
}

function createOwnNode(number: number, shared: Record<string, string>): Node {
  return createNode({
    number,
    folder: path.join(folder, `node-${number}`),
    api: `http://127.0.0.1:${portOfNode(number, "api")}`,
    environment: {
      // Settings of a server started by hand must not change these nodes.
      ...(Object.fromEntries(
        Object.entries(process.env).filter(([name]) => !/^PARLEY_/.test(name)),
      ) as Record<string, string>),
      ...shared,
      ...Object.fromEntries(
        serviceNames.map((service) => [
          services[service].variable,
          String(portOfNode(number, service)),
        ]),
      ),
      PARLEY_DATA: path.join(folder, `node-${number}`, "data"),
    },
    changed(state) {
      if (!isStopping && state !== "starting")
        say(
          `node ${number} is ${describe(state)}`.replace("is ended", "ended"),
        );
    },
  });
}

function renderAddresses(nodes: readonly Node[]): string {
  const rows = serviceNames.map((service) => {
    const { at, title } = services[service];
    const scheme = service === "ws" ? "ws" : "http";
    const own = nodes.map(({ number }) => `:${portOfNode(number, service)}`);
    return [title, `${scheme}://127.0.0.1:${base + at}`, ...own];
  });
  const heading = [
    "",
    "any node",
    ...nodes.map((each) => `node ${each.number}`),
  ];
  return [heading, ...rows]
    .map(([title = "", any = "", ...own]) =>
      `  ${title.padEnd(11)}${any.padEnd(25)}${own.map((each) => each.padEnd(9)).join("")}`.trimEnd(),
    )
    .join("\n");
}

const commands = `Type, and press Enter:
  list       nodes, process ids and states
  kill 2     kills node 2 at once (or from elsewhere: kill -9 PID)
  pause 2    stops it without its noticing (resume 2: it goes on)
  stop 2     stops it in an orderly way
  start 2    starts it again
Ctrl-C stops everything. The data stay in ${path.relative(process.cwd(), folder) || "."}.`;

async function obey(line: string, nodes: readonly Node[]): Promise<void> {
  const [word = "", which = ""] = line.trim().split(/\s+/);
  if (word === "") return;
  if (word === "list") {
    for (const node of nodes)
      say(
        `node ${node.number}  pid ${node.pid() ?? "-"}  ${describe(node.state())}`,
      );
    return;
  }
  const node = nodes.find(({ number }) => String(number) === which);
  const actions: Record<string, (node: Node) => unknown> = {
    kill: (each) => each.signal("SIGKILL"),
    pause: (each) => each.signal("SIGSTOP"),
    resume: (each) => each.signal("SIGCONT"),
    stop: (each) => each.stop(),
    start: (each) => each.start(),
  };
  const act = Object.hasOwn(actions, word) ? actions[word] : undefined;
  if (!act || !node) return say(commands);
  try {
    await act(node);
  } catch (error) {
    say((error as Error).message);
  }
}

async function run(): Promise<void> {
  if (findNats() === null) throw new Error(noNats);
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  await requireFree();
  const shared = await startShared();
  const nodes = Array.from({ length: count }, (_, i) =>
    createOwnNode(i + 1, shared),
  );
  undo.push({
    title: "the nodes",
    run: () => Promise.all(nodes.map((node) => node.stop())),
  });
  for (const node of nodes) {
    say(`starting node ${node.number} …`);
    // The first node creates the tables.
    await node.start();
  }
  const ready = (): readonly Node[] => {
    const good = nodes.filter((node) => node.state() === "ready");
    return good.length > 0 ? good : nodes;
  };
  const balancers = await Promise.all(
    serviceNames.map((service) =>
      startBalancer(base + services[service].at, () =>
        ready().map(({ number }) => portOfNode(number, service)),
      ),
    ),
  );
  undo.push({
    title: "the ports for clients",
    run: () => Promise.all(balancers.map((each) => each.close())),
  });
  const api = `http://127.0.0.1:${base + services.api.at}`;
  say(`
${renderAddresses(nodes)}

Logs are in ${path.relative(process.cwd(), folder) || "."}/node-*/log. Try, while a node is away or not:
  ${api === "http://127.0.0.1:10002" ? "" : `PARLEY_API=${api} `}node examples/first-chat.mjs
${commands}
`);
  // The end of standard input does not stop the cluster; Ctrl-C does.
  const lines = createInterface({ input: process.stdin });
  lines.on("line", (line) => void obey(line, nodes));
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => {
    if (!isStopping) void stop(0);
  });

// Keeps the process alive if standard input is closed.
setInterval(() => undefined, 3_600_000);

run().catch((error: unknown) => fail((error as Error).message));
