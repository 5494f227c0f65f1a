import { parseArgs } from "node:util";
import type { ParseArgsConfig } from "node:util";

/** EX_CONFIG: the arguments are wrong. */
const wrongArguments = 78;

/**
 * Reads a script's arguments. `--help` prints the usage; unknown arguments
 * print the reason and the usage. Both end the process.
 */
export function readArguments<const T extends ParseArgsConfig>(
  usage: string,
  config: T,
): ReturnType<typeof parseArgs<T>> {
  const args = config.args ?? process.argv.slice(2);
  // Words after -- are no options.
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  if (own.includes("--help") || own.includes("-h")) {
    console.log(usage.trimEnd());
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    const [reason = ""] = (error as Error).message.split(/\. |\n/);
    refuseArguments(reason, usage);
  }
}

export function refuseArguments(reason: string, usage: string): never {
  console.error(`${reason}\n\n${usage.trimEnd()}`);
  process.exit(wrongArguments);
}
