import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";

import type { Json, JsonObject } from "./json.ts";
import type { Payload } from "./payload.ts";

/** Folder of this repository's recordings. */
export const dataFolder = path.join(import.meta.dirname, "data");

/** A recorded conversation with a server: what was sent and what came back. */
export interface Scenario {
  /** Its place below the folder of recordings, like "rest/user-list". */
  readonly name: string;
  readonly title: string;
  /** Registered first, under ids that are new in each run; `$name` is the id. */
  readonly users?: readonly string[];
  /** Further variables; one may be `{ md5 }`, `{ base64 }` or `{ idHash }`. */
  readonly vars?: Readonly<Record<string, Json>>;
  /** The configuration it was recorded with; absent for the default one. */
  readonly needs?: string;
  /** Content types whose pushes it never looks at. */
  readonly without?: readonly number[];
  readonly chatAdminPassword?: string;
  readonly steps: readonly Step[];
}

/** Fields that every step may have. */
interface AnyStep {
  readonly title?: string;
  readonly note?: string;
  /** The reason to leave the step out: the recorded answer is a fault of OpenIM. */
  readonly skip?: string;
  /** Compared with what came back; see compare.ts. */
  readonly answer?: Json;
  /** Paths in the answer that are not compared. */
  readonly ignore?: readonly string[];
  /** Paths of lists in the answer whose order does not matter. */
  readonly unordered?: readonly string[];
  /** New variables, by their paths in the answer. */
  readonly save?: Readonly<Record<string, string>>;
}

/** A REST call. */
export interface RestStep extends AnyStep {
  readonly post?: string;
  readonly get?: string;
  /** Beats POST and GET. */
  readonly method?: string;
  readonly base?: "api" | "chat" | "chatAdmin";
  /** Token: of "admin", "chatAdmin", a user or a "$variable"; null: none. */
  readonly as?: string | null;
  readonly platform?: number;
  /** A string goes out as it stands, anything else as JSON. */
  readonly body?: Json;
  /** Form fields instead of a body: texts and workbooks. */
  readonly multipart?: JsonObject;
  readonly headers?: JsonObject;
  /** Answer headers that count as part of the answer. */
  readonly headersSeen?: readonly string[];
}

/** Uploads one part of a file to an address that an answer named. */
export interface PutStep extends AnyStep {
  readonly put: string;
  readonly part?: number;
  readonly body?: Payload;
}

/** Uploads a file by the form that an answer described. */
export interface FormStep extends AnyStep {
  readonly form: string;
  readonly body?: Payload;
  readonly contentType?: string;
}

/** Looks at what lies behind an address. */
export interface DownloadStep extends AnyStep {
  readonly download: string;
  readonly headers?: JsonObject;
}

/** Opens a socket; its answer is the first text frame or the refusal. */
export interface ConnectStep extends AnyStep {
  /** The user; also the connection's name unless `name` says another. */
  readonly connect: string;
  readonly name?: string;
  readonly platform?: number;
  readonly token?: string;
  /** Replaces parameters of the address; null takes one away. */
  readonly query?: JsonObject;
  readonly headers?: JsonObject;
}

/** A request over a connection, and its reply. */
export interface SendStep extends AnyStep {
  readonly send: string;
  readonly op: number;
  readonly sendID?: string;
  /** The message type of `body`; without one `hex` is the data. */
  readonly type?: string;
  readonly body?: JsonObject;
  readonly hex?: string;
  readonly answerType?: string;
  /** Replaces keys of the envelope. */
  readonly envelope?: JsonObject;
}

/** Pushes since the last such step of the connection. */
export interface PushedStep extends AnyStep {
  readonly pushed: string;
}

/** The server ends this connection. */
export interface ClosedStep extends AnyStep {
  readonly closed: string;
}

/** A frame as it stands; nothing is expected. */
export interface FrameStep extends AnyStep {
  readonly frame: string;
  readonly text?: string;
  readonly hex?: string;
  readonly json?: Json;
  /** Blanks after the JSON up to this many bytes. */
  readonly size?: number;
}

/** The client goes away without a word. */
export interface DisconnectStep extends AnyStep {
  readonly disconnect: string;
}

export interface WaitStep extends AnyStep {
  /** Milliseconds. */
  readonly wait: number;
}

/** Saves the hash that `full id` requests make of an ordered list of ids. */
export interface IdHashStep extends AnyStep {
  readonly idHash: readonly string[];
  readonly as: string;
}

/** Sets the receiver's answers from now on. */
export interface ReplyStep extends AnyStep {
  /** The command it answers so. */
  readonly reply: string;
  readonly with: JsonObject;
  /** Number of times; undefined: always. */
  readonly times?: number;
}

/** Back to a receiver that allows everything and has heard nothing. */
export interface ResetStep extends AnyStep {
  readonly reset: boolean;
}

/** Webhooks since the last such step, in order. */
export interface HookedStep extends AnyStep {
  /** A command, several, or "*". */
  readonly hooked: string | readonly string[];
  /** Method, path and content type as well. */
  readonly full?: boolean;
}

export type Step =
  | RestStep
  | PutStep
  | FormStep
  | DownloadStep
  | ConnectStep
  | SendStep
  | PushedStep
  | ClosedStep
  | FrameStep
  | DisconnectStep
  | WaitStep
  | IdHashStep
  | ReplyStep
  | ResetStep
  | HookedStep;

/** The JSON files of a folder and those below it, or the file itself. */
export function listFiles(place: string): string[] {
  if (!existsSync(place)) return [];
  if (!statSync(place).isDirectory())
    return place.endsWith(".json") ? [place] : [];
  return readdirSync(place)
    .sort()
    .flatMap((name) => listFiles(path.join(place, name)));
}

/** The scenario in a file; undefined if the file holds something else. */
export function loadScenario(
  file: string,
  folder: string = dataFolder,
): Scenario | undefined {
  const content = JSON.parse(readFileSync(file, "utf8")) as Scenario;
  if (!Array.isArray(content.steps)) return undefined;
  const name = path
    .relative(folder, file)
    .replaceAll(path.sep, "/")
    .replace(/\.json$/, "");
  return { ...content, title: content.title ?? "", name };
}

/** The scenario needs a receiver of webhooks. */
export function needsHooks({ steps }: Scenario): boolean {
  return steps.some((step) => "hooked" in step);
}

/** A step in a few words, for reports. */
export function describeStep(step: Step): string {
  if (step.title) return step.title;
  if ("put" in step) return step.put;
  if ("form" in step) return step.form;
  if ("download" in step) return step.download;
  if ("send" in step) return `${step.op} by ${step.send}`;
  if ("connect" in step) return `connect ${step.connect}`;
  if ("pushed" in step) return `pushed to ${step.pushed}`;
  if ("closed" in step) return `closed ${step.closed}`;
  if ("hooked" in step) return `hooked ${String(step.hooked)}`;
  if ("post" in step && step.post !== undefined) return step.post;
  if ("get" in step && step.get !== undefined) return step.get;
  return Object.keys(step)[0] ?? "nothing";
}
