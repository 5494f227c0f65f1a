import { sql } from "kysely";
import type { Kysely } from "kysely";

import type { Beside } from "../storage/beside.ts";
import type { Schema } from "../storage/schema.ts";
import { deadSeconds } from "./commands.ts";
import type { DrainWish } from "./drain.ts";
import { joinedChannel } from "./node-lease.ts";

export interface DrainCommandDeps extends Pick<Beside, "db" | "change"> {
  /** Name of this machine. */
  host: string;
  print(text: string): void;
}

interface Row {
  id: string;
  name: string;
  state: string;
  sockets: number;
  silent: number;
  drain: DrainWish | null;
}

/** Between two looks at the row of the node. */
const lookMs = 250;
/** A node that does not begin within it is of a version that knows no drain, or hangs. */
const patienceMs = 10_000;

/** Asks a node to send its clients to the others, and prints how it goes. */
export async function drainNode(
  which: string | undefined,
  wish: DrainWish,
  deps: DrainCommandDeps,
): Promise<void> {
  const { print } = deps;
  const before = await deps.change(async (db) => {
    const nodes = await lockNodes(db);
    const node = findNode(nodes, which, deps.host);
    requireAlive(node, "its clients have left it already");
    requireRunning(node);
    const others = nodes.filter(
      (each) => each !== node && isTakingClients(each),
    );
    if (others.length === 0)
      throw new Error(
        `the node ${node.name} is the last one that takes clients, and they could go nowhere: start another node or take one back with parley undrain, or stop this one with SIGTERM`,
      );
    await setWish(db, node.id, wish);
    return node;
  });
  const aim = Math.round(before.sockets * (1 - wish.share));
  print(
    `the node ${before.name} takes no new clients; ${before.sockets - aim} of ${before.sockets} sockets go to other nodes`,
  );
  let shown = before.sockets;
  let hasBegun = false;
  const began = performance.now();
  for (;;) {
    await Bun.sleep(lookMs);
    const node = (await listRows(deps.db)).find(({ id }) => id === before.id);
    const seconds = ((performance.now() - began) / 1_000).toFixed(0);
    if (!node)
      throw new Error(
        `the node ${before.name} ended after ${seconds} s, before it said that it is drained`,
      );
    requireAlive(node, "it ended before it was drained");
    if (!node.drain)
      throw new Error(`the node ${node.name} was taken back meanwhile`);
    hasBegun ||= node.state === "draining";
    if (node.sockets !== shown) print(`  ${node.sockets} sockets left`);
    shown = node.sockets;
    if (node.state === "drained" && (hasBegun || before.state === "drained")) {
      print(
        `the node ${node.name} is drained after ${seconds} s; ${node.sockets} sockets are left. To take it back: parley undrain ${node.id}`,
      );
      return;
    }
    if (!hasBegun && performance.now() - began > patienceMs) {
      await deps.change((db) => setWish(db, node.id, null));
      throw new Error(
        `the node ${node.name} did not begin within ${patienceMs / 1_000} s: its state is '${node.state}'; see its log, or stop it with SIGTERM`,
      );
    }
  }
}

/** Lets a node take clients again. */
export async function undrainNode(
  which: string | undefined,
  { change, print, host }: DrainCommandDeps,
): Promise<void> {
  const node = await change(async (db) => {
    const found = findNode(await lockNodes(db), which, host);
    requireAlive(found, "start it again");
    requireRunning(found);
    if (found.drain) await setWish(db, found.id, null);
    return found;
  });
  print(
    node.drain
      ? `the node ${node.name} takes clients again`
      : `the node ${node.name} was not drained: it is '${node.state}'`,
  );
}

const isTakingClients = ({ state, silent, drain }: Row): boolean =>
  state === "ready" && silent <= deadSeconds && drain === null;

function requireAlive({ name, silent }: Row, advice: string): void {
  if (silent > deadSeconds)
    throw new Error(
      `the node ${name} has been silent for ${Math.round(silent)} s and counts as dead: ${advice}`,
    );
}

/** A node that was told to stop cannot be asked otherwise. */
function requireRunning({ name, state, drain }: Row): void {
  if (state === "stopping" || (state === "draining" && !drain))
    throw new Error(
      `the node ${name} was told to stop: its clients leave it anyway; start it again to have it back`,
    );
}

/** Finds by id, its beginning, name, host or process id; without any, the one on this machine. */
export function findNode<Node extends { id: string; name: string }>(
  nodes: readonly Node[],
  which: string | undefined,
  host: string,
): Node {
  const isMeant = ({ id, name }: Node): boolean => {
    const [at = "", pid = ""] = name.split(" ");
    if (which === undefined) return at === host;
    return (
      [id, name, at, pid].includes(which) ||
      (which.length >= 4 && id.startsWith(which))
    );
  };
  if (nodes.length === 0)
    throw new Error("no node of a cluster has this database now");
  const meant = nodes.filter(isMeant);
  const [node, another] = meant;
  if (node && !another) return node;
  const list = (those: readonly Node[]): string =>
    those.map(({ id, name }) => `${id} (${name})`).join(", ");
  const asked = which === undefined ? "on this machine" : `'${which}'`;
  throw new Error(
    node
      ? `${meant.length} nodes are ${asked}; name one by its id: ${list(meant)}`
      : `there is no node ${asked}; the nodes are: ${list(nodes)}`,
  );
}

const columns = sql`id, name, state, sockets, drain,
  extract(epoch from clock_timestamp() - beat_at)::float8 as silent`;

async function listRows(db: Kysely<Schema>): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select ${columns} from nodes order by since, id`.execute(db);
  return rows;
}

/** Two operators at once must not drain the last two nodes. */
async function lockNodes(db: Kysely<Schema>): Promise<Row[]> {
  await sql`select id from nodes order by id for update`.execute(db);
  return listRows(db);
}

async function setWish(
  db: Kysely<Schema>,
  id: string,
  wish: DrainWish | null,
): Promise<void> {
  await sql`update nodes set drain = ${wish && JSON.stringify(wish)}::jsonb
    where id = ${id}`.execute(db);
  await sql`select pg_notify(${joinedChannel}, ${id})`.execute(db);
}
