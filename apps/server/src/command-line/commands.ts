import { parseArgs } from "node:util";

import { nearest } from "../config/check.ts";
import { version } from "../version.ts";

/** An option of the command line, and its help text. */
interface OptionWords {
  /** Placeholder of the option's value; undefined: it takes none. */
  value?: string;
  isMultiple?: boolean;
  short?: string;
  about: string;
}

const options = {
  config: {
    value: "FILE",
    about:
      "settings file in YAML (default: parley.yml in the current folder, if it exists; variable: PARLEY_CONFIG)",
  },
  "openim-config": {
    value: "FOLDER",
    isMultiple: true,
    about:
      "folder of OpenIM's own settings files, for settings that are not set elsewhere; repeat it for the folder of its chat service (variable: PARLEY_OPENIM_CONFIG=FOLDER,FOLDER)",
  },
  "password-stdin": {
    about:
      "read the password from the first line of standard input; without this option a password is generated and printed",
  },
  to: {
    value: "URL",
    about:
      "the PostgreSQL database to move to, postgres://user:password@host:5432/name, which must be empty (default: PARLEY_DATABASE_URL, so that the password is in no list of processes)",
  },
  back: {
    about:
      "move from the database of PARLEY_DATABASE_URL back into the data folder, with all that was written meanwhile",
  },
  forget: {
    about:
      "delete the embedded database that was left in the data folder by a move to PostgreSQL",
  },
  json: { about: "print JSON instead of a table" },
  share: {
    value: "SHARE",
    about: "part of the sockets to close, above 0 and at most 1 (default: 1)",
  },
  rate: {
    value: "N",
    about:
      "sockets to close in a second (default: drain.perSecond of the node)",
  },
  settings: {
    about: "print every setting, with its variable, default and meaning",
  },
  version: { about: "print the version" },
  help: { short: "h", about: "print this help" },
} as const satisfies Record<string, OptionWords>;

type OptionName = keyof typeof options;

interface CommandWords {
  /** Arguments, one word each; optional ones in brackets. */
  places: readonly string[];
  /** One line for the list of all commands. */
  summary: string;
  /** The help of this command. */
  about: string;
  options: readonly OptionName[];
}

const sources = ["config", "openim-config"] as const;

/** All commands; without one the server runs. */
export const commands = {
  accounts: {
    places: [],
    summary: "run accounts, their administration and bots alone",
    about:
      "Runs accounts, their administration and bots as a process of their own, with data of their own, for the IM server at accounts.imAddress.",
    options: sources,
  },
  backup: {
    places: ["[FOLDER]"],
    summary: "copy all data while the server runs",
    about:
      "Copies all data into FOLDER (default: a folder named for the time, in the current folder), while the server runs. The copy gets its name only when it is complete.",
    options: sources,
  },
  restore: {
    places: ["FOLDER"],
    summary: "restore a backup into an empty data folder",
    about:
      "Restores a backup into an empty data folder, and into the database of PARLEY_DATABASE_URL if that is set.",
    options: sources,
  },
  verify: {
    places: [],
    summary: "check the seq of every message, and the objects",
    about:
      "Checks the seq of every message, and the objects, while the server runs or after it stopped. Exits with 1 if anything is wrong.",
    options: sources,
  },
  migrate: {
    places: [],
    summary: "move a stopped server to PostgreSQL, or back",
    about:
      "Moves all data of a server that is stopped from the embedded database to PostgreSQL, compares every row of both, and then marks the data folder, so that the server starts on the new database and on no other. The old one stays until --forget. Killed at any moment, it leaves the server on one side or the other; run it again.",
    options: ["to", "back", "forget", ...sources],
  },
  administrators: {
    places: ["list|add|password", "[ACCOUNT]"],
    summary: "create the first administrator, or reset a password",
    about: `Works on the data of these settings, while the server runs or not.

  list              lists the administrators
  add ACCOUNT       creates an administrator of the highest level
  password ACCOUNT  resets a password and ends all sessions of the account`,
    options: ["password-stdin", ...sources],
  },
  nodes: {
    places: [],
    summary: "list the nodes of a cluster",
    about:
      "Lists the nodes of the cluster that has the database of PARLEY_DATABASE_URL: name, version, addresses, sockets, since when, and state.",
    options: ["json", ...sources],
  },
  drain: {
    places: ["[NODE]"],
    summary: "send the clients of a node to the others",
    about: `Makes a node of the cluster not ready, and closes its sockets little by little, so that their clients connect to other nodes. It goes on serving what it is asked, and takes no new sockets until undrain or its next start.

NODE is an id of parley nodes or its beginning, a name, a host or a process id; default: the one node on this machine. Prints how many sockets are left, and ends when the node is drained; if it is interrupted, the node goes on.

With --share 0.5 half of the sockets are closed, to fill a new node; then take the node back with undrain.`,
    options: ["share", "rate", ...sources],
  },
  undrain: {
    places: ["[NODE]"],
    summary: "let a drained node take clients again",
    about:
      "Lets a node that was drained take clients again, or stops a drain that is under way. NODE is as for drain.",
    options: sources,
  },
  settings: {
    places: [],
    summary: "print every setting, with its variable, default and meaning",
    about: "Prints every setting, with its variable, default and meaning.",
    options: [],
  },
  version: {
    places: [],
    summary: "print the version",
    about: "Prints the version and the commit of this build.",
    options: [],
  },
  help: {
    places: ["[COMMAND]"],
    summary: "print this help, or that of one command",
    about: "Prints all commands and options, or those of one command.",
    options: [],
  },
} as const satisfies Record<string, CommandWords>;

export type Command = keyof typeof commands;

const ofTheServer: readonly OptionName[] = [...sources, "settings", "version"];

/** The command line is wrong; the message says why. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export interface CommandLine {
  /** undefined runs the server. */
  command: Command | undefined;
  places: readonly string[];
  config: string | undefined;
  openIMFolders: readonly string[] | undefined;
  isPasswordGiven: boolean;
  isJSON: boolean;
  share: number | undefined;
  rate: number | undefined;
  /** URL to move to. */
  to: string | undefined;
  isBack: boolean;
  isForget: boolean;
}

/** Throws UsageError. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const [name, ...places] = parse(
    args,
    Object.keys(options),
    false,
  ).positionals;
  const command = name === undefined ? undefined : commandNamed(name);
  const isOf = (each: OptionName): boolean =>
    each === "help" || optionsOf(command).includes(each);
  const { values } = parse(
    args,
    (Object.keys(options) as OptionName[]).filter(isOf),
    true,
    command,
  );
  const rest = {
    config: one(values["config"]),
    openIMFolders: values["openim-config"] as string[] | undefined,
    isPasswordGiven: values["password-stdin"] === true,
    isJSON: values["json"] === true,
    share: number(values["share"]),
    rate: number(values["rate"]),
    to: one(values["to"]),
    isBack: values["back"] === true,
    isForget: values["forget"] === true,
  };
  if (values["help"] === true)
    return {
      command: "help",
      places: command === undefined ? [] : [command],
      ...rest,
    };
  for (const each of ["settings", "version"] as const)
    if (values[each] === true) return { command: each, places: [], ...rest };
  if (command !== undefined) requirePlaces(command, places);
  requireNumbers(rest, command);
  if (
    [rest.to !== undefined, rest.isBack, rest.isForget].filter(Boolean).length >
    1
  )
    throw wrongUse("--to, --back and --forget exclude each other", command);
  return { command, places, ...rest };
}

function parse(
  args: readonly string[],
  names: readonly string[],
  isStrict: boolean,
  command?: Command,
) {
  const known = Object.entries(options as Record<string, OptionWords>).filter(
    ([name]) => names.includes(name),
  );
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      strict: isStrict,
      options: Object.fromEntries(
        known.map(([name, { value, isMultiple = false, short }]) => [
          name,
          {
            type:
              value === undefined ? ("boolean" as const) : ("string" as const),
            multiple: isMultiple,
            ...(short !== undefined && { short }),
          },
        ]),
      ),
    });
  } catch (error) {
    const [reason = ""] = (error as Error).message.split(/\. |\n/);
    throw wrongUse(reason.replace(/\.$/, ""), command);
  }
}

const one = (value: unknown): string | undefined =>
  typeof value === "string" ? value : undefined;

/** NaN for what is no number. */
const number = (value: unknown): number | undefined =>
  value === undefined ? undefined : Number(value);

function requireNumbers(
  { share, rate }: Pick<CommandLine, "share" | "rate">,
  command: Command | undefined,
): void {
  if (share !== undefined && !(share > 0 && share <= 1))
    throw wrongUse("--share is a number above 0 and at most 1", command);
  if (rate !== undefined && !(Number.isInteger(rate) && rate >= 1))
    throw wrongUse("--rate is a whole number from 1 on", command);
}

const optionsOf = (command: Command | undefined): readonly OptionName[] =>
  command === undefined ? ofTheServer : commands[command].options;

function commandNamed(name: string): Command {
  if (Object.hasOwn(commands, name)) return name as Command;
  const { each, cost } = nearest(name, Object.keys(commands));
  const hint = cost <= 3 ? ` (did you mean ${each}?)` : "";
  throw wrongUse(
    `there is no command '${name}'${hint}; the commands are ${Object.keys(commands).join(", ")}`,
  );
}

function requirePlaces(command: Command, places: readonly string[]): void {
  const known: readonly string[] = commands[command].places;
  const needed = known.filter((each) => !each.startsWith("["));
  const missing = needed[places.length];
  if (missing !== undefined) throw wrongUse(`${missing} is missing`, command);
  const more = places[known.length];
  if (more !== undefined)
    throw wrongUse(`unexpected argument '${more}'`, command);
  if (command === "help" && places[0] !== undefined) commandNamed(places[0]);
  if (command !== "administrators") return;
  const [action = "", account] = places;
  if (!["list", "add", "password"].includes(action))
    throw wrongUse(`'${action}' is not one of list, add and password`, command);
  if (action === "list" && account !== undefined)
    throw wrongUse(`unexpected argument '${account}'`, command);
  if (action !== "list" && account === undefined)
    throw wrongUse(`${action}: ACCOUNT is missing`, command);
}

/** Returns an error with the reason in its first line, and the usage below. */
export const wrongUse = (reason: string, command?: Command): UsageError =>
  new UsageError(
    `parley${command === undefined ? "" : ` ${command}`}: ${reason}\n\n${usageOf(command)}`,
  );

/** Returns the usage of a command, or of the program. */
export function usageOf(command?: Command): string {
  const shown: readonly OptionName[] = [...optionsOf(command), "help"];
  const words: Record<string, OptionWords> = options;
  const list = shown.map((name) => {
    const { value, about } = words[name] ?? { about: "" };
    const term = value === undefined ? `--${name}` : `--${name} ${value}`;
    return [term, about] as const;
  });
  if (command !== undefined) {
    const { places, about } = commands[command];
    return `Usage: ${["parley", command, ...places].join(" ")} [OPTIONS]

${wrapped(about, "")}

${columns(list)}
`;
  }
  const all = Object.entries(commands).map(
    ([name, { places, summary }]) =>
      [[name, ...places].join(" "), summary] as const,
  );
  return `Parley ${version}: an instant-messaging server for OpenIM clients.

Usage: parley [COMMAND] [OPTIONS]

Without a command it runs the server.

${columns(all)}

${columns(list)}

parley COMMAND --help describes one command.
`;
}

const width = 79;

/** Terms, and beside them what they mean. */
function columns(rows: readonly (readonly [string, string])[]): string {
  const indent = " ".repeat(27);
  return rows
    .map(([term, meaning]) => {
      const start = `  ${term}`;
      const lines = wrapped(meaning, indent);
      return start.length > indent.length - 2
        ? `${start}\n${lines}`
        : start + lines.slice(start.length);
    })
    .join("\n");
}

/** Lines that are broken already stay as they are. */
function wrapped(text: string, indent: string): string {
  return text
    .split("\n")
    .map((line) => {
      let at = 0;
      const words = indent + line;
      if (words.length <= width) return words;
      return line.split(" ").reduce((lines, word) => {
        const isFull = at + word.length + 1 > width - indent.length;
        at = isFull || at === 0 ? word.length : at + word.length + 1;
        if (lines === "") return indent + word;
        return isFull ? `${lines}\n${indent}${word}` : `${lines} ${word}`;
      }, "");
    })
    .join("\n");
}
