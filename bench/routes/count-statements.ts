// Loaded into the server before its own code: counts what it asks of its
// database, and answers the count on a port of its own.
import { Database } from "bun:sqlite";
import pg from "pg";

let statements = 0;

type Method = (this: unknown, ...args: unknown[]) => unknown;

function wrap(owner: object, name: string, wrapped: (to: Method) => Method) {
  const methods = owner as Record<string, Method>;
  const original = methods[name];
  if (!original) throw new Error(`there is no ${name} to count`);
  methods[name] = wrapped(original);
}

const counted = (original: Method): Method =>
  function (...args) {
    statements++;
    return original.apply(this, args);
  };

// A statement's methods are its own, and `query` hands it out again.
const seen = new WeakSet<object>();
for (const name of ["query", "prepare"])
  wrap(
    Database.prototype,
    name,
    (original) =>
      function (...args) {
        const statement = original.apply(this, args) as object;
        if (!seen.has(statement))
          for (const each of ["all", "get", "run", "values"])
            wrap(statement, each, counted);
        seen.add(statement);
        return statement;
      },
  );
wrap(pg.Client.prototype, "query", counted);

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.env["PARLEY_BENCH_COUNT_PORT"]),
  fetch: () => new Response(String(statements)),
});
