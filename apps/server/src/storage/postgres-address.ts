import pg from "pg";

import { withoutPassword } from "./database-url.ts";

/** Options of the driver for every connection. */
export function connectionOptions(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    types: types(),
    // A peer that vanished without a word is noticed while nobody asks.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: 5_000,
  };
}

/** int8 as numbers: no value of ours passes 2^53. */
function types(): pg.TypeOverrides {
  const overrides = new pg.TypeOverrides();
  overrides.setTypeParser(pg.types.builtins.INT8, Number);
  return overrides;
}

export const unreachable = (url: string, cause: unknown): Error =>
  new Error(
    `cannot reach the database ${withoutPassword(url)}: check that it runs and that PARLEY_DATABASE_URL is right (${(cause as Error).message})`,
    { cause },
  );
