import { parseArgs } from "node:util";
import type { ParseArgsConfig } from "node:util";

/** As EX_CONFIG: what was asked for cannot be meant. */
const wrongArguments = 78;

/**
 * What a script was asked for. `--help` prints its usage, and so do arguments
 * that it does not know, with the reason; both end the process.
 */
export function readArguments<const T extends ParseArgsConfig>(
  usage: string,
  config: T,
): ReturnType<typeof parseArgs<T>> {
  const args = config.args ?? process.argv.slice(2);
  // What comes behind -- is no option.
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
