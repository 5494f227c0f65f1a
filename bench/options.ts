import { resolve } from "node:path";
import { parseArgs } from "node:util";

import { encodings } from "./wire.ts";
import type { Encoding } from "./wire.ts";

/** Options of the command line; undefined: the scenario decides. */
export interface Options {
  /** Names or beginnings of names; none means the default list. */
  scenarios: string[];
  encoding: Encoding | undefined;
  users: number | undefined;
  rate: number | undefined;
  seconds: number | undefined;
  /** Messages stored before anything is measured. */
  messages: number | undefined;
  window: number | undefined;
  /** Messages of one pull. */
  page: number | undefined;
  /** Sockets made by hand, or Bun's own WebSocket client. */
  client: "raw" | "bun";
  /** The checkout whose server is measured; undefined: the bench's own. */
  server: string | undefined;
  /** PostgreSQL instead of the embedded database. */
  database: string;
  /** The results go here as JSON. */
  out: string | undefined;
  /** Folder for CPU profiles of the server. */
  profile: string | undefined;
  /** compare: so many times four runs. */
  rounds: number | undefined;
}

export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const optionsUsage = `  --encoding E    ${encodings.join(", ")} (default: gob+gzip, and json
                  where the scenario reports both)
  --users N       connections under load
  --window N      messages of a sender that may be on their way
  --rate N        messages a second, of all senders together
  --seconds N     how long to measure (default 8)
  --messages N    history: how many are stored first (default 1,000,000)
  --page N        pull-pages: messages of one pull (default 100)
  --client C      raw (default) or bun, its WebSocket client
  --database URL  PostgreSQL, postgres://user:password@host:5432/name
  --out FILE      results as JSON; a bare name goes to bench/results/
  --profile DIR   CPU profiles of the server, one for each start
`;

export const usage = `npm run bench -- [scenario …] [options]
npm run bench -- compare REV [scenario …] [options]

  compare REV     a commit and this working tree in turn; compare --help
  --server DIR    another checkout, installed, whose server is measured by
                  this checkout's bench
${optionsUsage}`;

/** Throws UsageError. */
export function readOptions(args: string[]): Options {
  const { values, positionals } = parse(args);
  const { encoding, client = "raw" } = values;
  if (encoding !== undefined && !isEncoding(encoding))
    throw new UsageError(`--encoding is one of ${encodings.join(", ")}`);
  if (client !== "raw" && client !== "bun")
    throw new UsageError("--client is raw or bun");
  return {
    scenarios: positionals,
    encoding,
    users: positive("users", values.users),
    rate: positive("rate", values.rate),
    seconds: positive("seconds", values.seconds),
    messages: positive("messages", values.messages),
    window: positive("window", values.window),
    page: positive("page", values.page),
    client,
    server: values.server === undefined ? undefined : resolve(values.server),
    database: values.database ?? "",
    out: values.out,
    profile: values.profile,
    rounds: positive("rounds", values.rounds),
  };
}

function parse(args: string[]) {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        encoding: text,
        users: text,
        rate: text,
        seconds: text,
        messages: text,
        window: text,
        page: text,
        client: text,
        server: text,
        database: text,
        out: text,
        profile: text,
        rounds: text,
      },
    });
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new UsageError(`--${name} is a number above 0, not ${text}`);
}

const isEncoding = (text: string): text is Encoding =>
  (encodings as readonly string[]).includes(text);
