import { randomBytes } from "node:crypto";

import { Client } from "pg";

/**
 * Creates an empty database beside the one that the URL names, so that servers
 * of two commits do not find each other's tables. Returns its URL.
 */
export async function createScratchDatabase(
  url: string,
  left: AsyncDisposableStack,
): Promise<string> {
  const name = `parley_compare_${randomBytes(6).toString("hex")}`;
  // Before it is there: an interruption may come while it is being created.
  left.defer(() => run(url, `drop database if exists ${name} with (force)`));
  await run(url, `create database ${name}`);
  const scratch = new URL(url);
  scratch.pathname = `/${name}`;
  return scratch.href;
}

async function run(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
