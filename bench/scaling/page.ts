// Writes the tables of docs/scaling.md: npm run bun -- bench/scaling/page.ts
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { model } from "./constants.ts";
import { mostUsers, planFor } from "./model.ts";
import type { Installation, ScalingModel, Shape } from "./model.ts";

export const scalingPage = join(
  import.meta.dir,
  "..",
  "..",
  "docs",
  "scaling.md",
);

const sizes = [1e4, 1e6, 1e7, 1e8];

/** A cluster whose nodes ask others for their sessions. */
const without: Shape = { mirrorsSessions: false };

/** Replaces what stands between the marks of each table. */
export function writeTables(page: string): string {
  const tables = {
    installations: renderInstallations(model, sizes),
    "without what grows": renderInstallations(
      { ...model, shape: without },
      [1e8],
    ),
    habits: renderHabits(model),
    constants: renderConstants(model),
  };
  return Object.entries(tables).reduce((text, [name, table]) => {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
    const from = text.indexOf(begin);
    const to = text.indexOf(end);
    if (from < 0 || to < 0) throw new Error(`the page has no ${begin}`);
    return `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`;
  }, page);
}

function renderInstallations(
  of: ScalingModel,
  users: readonly number[],
): string {
  const plans = users.map((each) => planFor(each, of));
  const row = (name: string, cell: (plan: Installation) => string) => [
    name,
    ...plans.map(cell),
  ];
  return renderTable([
    row("registered users", ({ users }) => count(users)),
    row("online at the peak", ({ online }) => count(online)),
    row("messages a second at the peak", (plan) => count(plan.messagesASecond)),
    row("nodes", ({ nodes }) =>
      nodes === null
        ? `does not fit: at most ${count(mostUsers(of))} users`
        : count(nodes),
    ),
    row("cores of a node, used", (plan) => digits(plan.coresOfNode)),
    row("memory of a node", (plan) => bytes(plan.bytesOfNode)),
    row("PostgreSQL: cores, used", (plan) => digits(plan.databaseCores)),
    row("connections to it", (plan) => count(plan.databaseConnections)),
    row("stored in a year", (plan) => bytes(plan.databaseBytesAYear)),
    row(
      "written ahead, a second",
      (plan) => `${bytes(plan.logBytesASecond)}/s`,
    ),
    row("shape of PostgreSQL", (plan) => shapeOf(plan, of)),
    row("NATS: cores, used", (plan) => digits(plan.busCores)),
    row("memory of NATS", (plan) => bytes(plan.busBytes)),
  ]);
}

function shapeOf(plan: Installation, { limits }: ScalingModel): string {
  if (
    plan.databaseCores > limits.databaseCores ||
    plan.databaseBytesAYear > limits.databaseBytes ||
    plan.logBytesASecond > limits.logBytesASecond
  )
    return "several machines";
  return plan.databaseBytesAYear > limits.partitionBytes
    ? "one, partitioned"
    : "one";
}

function renderHabits({ habits, limits }: ScalingModel): string {
  return renderTable([
    ["assumed", "value"],
    ["users online at the peak", `${100 * habits.onlineAtPeak} %`],
    ["messages of a user a day", count(habits.messagesADay)],
    ["busiest second / mean of the day", count(habits.peak)],
    ["messages to groups", `${100 * habits.groupShare} %`],
    ["members online when one comes", count(habits.membersOnline)],
    ["groups of a user", count(habits.groupsOfUser)],
    ["length of a session", `${habits.sessionSeconds / 60} min`],
    ["a node uses of its core at most", `${100 * limits.core} %`],
    ["connections of a node at most", count(limits.connectionsOfNode)],
    ["memory of a node at most", bytes(limits.memoryOfNode)],
    ["partitioned from", bytes(limits.partitionBytes)],
    [
      "one PostgreSQL at most",
      `${limits.databaseCores} cores, ${bytes(limits.databaseBytes)}, ${bytes(limits.logBytesASecond)}/s`,
    ],
  ]);
}

function renderConstants({ constants: of }: ScalingModel): string {
  return renderTable([
    ["measured", "node", "PostgreSQL", "NATS", "by"],
    [
      "batches, at 500 messages a second of a node or more",
      cores(of.nodeCores),
      cores(of.databaseCores),
      cores(of.busCores),
      "`cluster-model`",
    ],
    [
      "and a message between two users",
      micros(of.nodeMicros),
      micros(of.databaseMicros),
      micros(of.busMicros),
      "`cluster-model`",
    ],
    [
      "and if its receiver is at another node",
      micros(of.remoteMicros),
      "",
      "",
      "`cluster-model`",
    ],
    [
      "a group's message, at each node with members",
      micros(of.groupMicros),
      "",
      "",
      "estimated from `cluster-size`",
    ],
    [
      "and each member who is shown it",
      micros(of.memberMicros),
      "",
      "",
      "estimated from `cluster-group`",
    ],
    [
      "a sign-in, at its node / each other one",
      `${of.signInMicros} / ${micros(of.remoteSignInMicros)}`,
      "",
      "",
      "`cluster-size`",
    ],
    [
      "a connection, at its node / each other one",
      `${count(of.connectionBytes)} / ${count(of.remoteConnectionBytes)} B`,
      "",
      `${count(of.busConnectionBytes)} B`,
      "`cluster-size`",
    ],
    [
      "a group that a node hears",
      `${count(of.groupBytes)} B, ${micros(of.subscribeMicros)}`,
      "",
      `${count(of.busGroupBytes)} B`,
      "10,000 subscriptions",
    ],
    [
      "a message of 100 bytes, stored / written ahead",
      "",
      `${of.messageBytes} / ${of.logBytes} B`,
      "",
      "`cluster-size`",
    ],
  ]);
}

const cores = (value: number): string => `${value} cores`;
const micros = (value: number): string => `${value} µs`;

/** Rounds to significant digits. */
const digits = (value: number): string =>
  Number.isNaN(value) ? "–" : String(Number(value.toPrecision(2)));

const count = (value: number): string =>
  Number.isNaN(value)
    ? "–"
    : Number(value.toPrecision(2)).toLocaleString("en-US");

function bytes(value: number): string {
  if (Number.isNaN(value)) return "–";
  const units = ["B", "KB", "MB", "GB", "TB"];
  let unit = 0;
  let rest = value;
  for (; rest >= 1_000 && unit < units.length - 1; unit++) rest /= 1_000;
  return `${digits(rest)} ${units[unit]}`;
}

/** Renders a table in the style of Prettier. */
function renderTable(rows: readonly string[][]): string {
  const widths = rows[0]!.map((_, column) =>
    Math.max(3, ...rows.map((row) => row[column]!.length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`;
  const [heading, ...rest] = rows;
  return [
    line(heading!),
    line(widths.map((width) => "-".repeat(width))),
    ...rest.map(line),
  ].join("\n");
}

if (import.meta.main)
  writeFileSync(scalingPage, writeTables(readFileSync(scalingPage, "utf8")));
