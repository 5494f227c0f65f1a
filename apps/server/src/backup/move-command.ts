import type { CommandLine } from "../command-line/commands.ts";
import type { Config } from "../config/schema.ts";
import type { Migration } from "../storage/migrations/migration.ts";
import { forget, moveBack, moveToPostgres } from "./move.ts";
import { printProgress } from "./progress.ts";

/** Values of rows that are printed one by one. */
const shown = 50;

/** Runs `parley migrate`. What it says goes to `print`. */
export async function runMove(
  { to, isBack, isForget }: Pick<CommandLine, "to" | "isBack" | "isForget">,
  { data: dataFolder, databaseURL }: Config,
  deps: { migrations: readonly Migration[]; print(line: string): void },
): Promise<void> {
  const { print, migrations } = deps;
  if (isForget) return print(await forget(dataFolder));
  let changes = 0;
  const options = {
    dataFolder,
    databaseURL: to ?? databaseURL,
    migrations,
    report: printProgress(print, Date.now),
    say: print,
    changed(what: string) {
      if (++changes <= shown) print(`CHANGED: ${what}`);
    },
  };
  const done = await (isBack ? moveBack(options) : moveToPostgres(options));
  if (changes > shown) print(`… and ${changes - shown} more`);
  print(done);
}
