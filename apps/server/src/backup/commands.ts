import path from "node:path";

import type { Config } from "../config/schema.ts";
import { version } from "../version.ts";
import { backUp } from "./backup.ts";
import type { BackupOptions } from "./backup.ts";
import { BackupError } from "./manifest.ts";
import { printProgress, toReadable } from "./progress.ts";
import { restore } from "./restore.ts";
import { verify } from "./verify.ts";
import type { VerifyOptions } from "./verify.ts";

/** Commands that work on the data beside the running server. */
export type BackupCommand = "backup" | "restore" | "verify";

export interface CommandDeps extends Pick<VerifyOptions, "fileOf"> {
  migrations: BackupOptions["migrations"];
  print(line: string): void;
}

/** Problems that are printed one by one. */
const shown = 50;

/** Runs it; answers the exit code. What it says goes to `print`. */
export async function runCommand(
  command: BackupCommand,
  [folder]: readonly string[],
  config: Config,
  { print, fileOf, migrations }: CommandDeps,
): Promise<number> {
  const places = {
    dataFolder: config.data,
    databaseURL: config.databaseURL,
    migrations,
    hasObjectsElsewhere: config.objects.store === "s3",
    report: printProgress(print, Date.now),
  };
  switch (command) {
    case "backup": {
      const target = path.resolve(folder ?? nameFor(new Date()));
      const { database, objects } = await backUp({
        ...places,
        target,
        version,
        now: Date.now,
      });
      const files = objects
        ? `${objects.files} objects of ${toReadable(objects.bytes)}`
        : "no objects: they are in S3";
      print(`${target}: database of ${toReadable(database.bytes)}, ${files}`);
      return 0;
    }
    case "restore": {
      if (folder === undefined)
        throw new BackupError("name the folder of the backup");
      let changes = 0;
      const { createdAt } = await restore({
        ...places,
        source: folder,
        changed(what) {
          if (++changes <= shown) print(`CHANGED: ${what}`);
        },
      });
      if (changes > shown) print(`… and ${changes - shown} more`);
      print(`restored what was backed up at ${createdAt}; start the server`);
      return 0;
    }
    case "verify": {
      let told = 0;
      const { conversations, messages, objects, problems } = await verify({
        ...places,
        fileOf,
        problem(what) {
          if (++told <= shown) print(`WRONG: ${what}`);
        },
      });
      if (problems > shown) print(`… and ${problems - shown} more`);
      print(
        `${messages} messages of ${conversations} conversations and ${objects} objects: ${problems === 0 ? "all in their places" : `${problems} problems`}`,
      );
      return problems === 0 ? 0 : 1;
    }
  }
}

const nameFor = (date: Date): string =>
  `parley-backup-${date.toISOString().slice(0, 19).replaceAll(":", "-")}`;
