// Makes the data of an older version, for the test of upgrades:
//   bun e2e/upgrade/make.ts NAME MAIN
// MAIN is the main.ts of that version; NAME goes to data/NAME.db.gz and .json.
import { Database } from "bun:sqlite";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";

import { startServer } from "../server.ts";
import { look, tell } from "./story.ts";

const [name, main] = process.argv.slice(2);
if (name === undefined || main === undefined)
  throw new Error("usage: make.ts NAME MAIN");
const folder = mkdtempSync(path.join(tmpdir(), "parley-upgrade-"));
const target = path.join(import.meta.dirname, "data", name);
const server = await startServer({ dataFolder: folder, main });
await tell(server);
const seen = await look(server);
// A kill leaves a part in the write-ahead log, as a power cut does.
await server.kill();
const whole = path.join(folder, "whole.db");
const database = new Database(path.join(folder, "parley.db"));
database.run("vacuum into ?", [whole]);
database.close();
writeFileSync(`${target}.db.gz`, gzipSync(readFileSync(whole), { level: 9 }));
writeFileSync(`${target}.json`, `${JSON.stringify(seen, null, 1)}\n`);
rmSync(folder, { recursive: true });
