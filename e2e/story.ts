import type { Example } from "@parley/server/src/docs/examples.ts";
import type {
  Description,
  Operation,
} from "@parley/server/src/docs/page-types.ts";
import writeXlsxFile from "write-excel-file/node";
import { imSettings } from "@parley/protocol/methods/settings";
import { GetAdminToken } from "@parley/protocol/methods/auth";
import { AccountLogin } from "@parley/protocol/methods/chat/accounts";
import { UserRegister } from "@parley/protocol/methods/users";
import { CreateGroup } from "@parley/protocol/methods/groups";
import type { Method } from "@parley/protocol/method";

import { post } from "./client.ts";
import type { RunningServer } from "./server.ts";

/** The answers to examples, by route. */
export type Answers = Map<string, unknown>;

/** Some examples are of what a setting switches on. */
export const storyEnvironment = {
  PARLEY_CONFIG_MANAGER: "true",
  PARLEY_ACCOUNTS_LIVE_KIT_URL: "wss://livekit.example.com",
  PARLEY_ACCOUNTS_LIVE_KIT_KEY: "key",
  PARLEY_ACCOUNTS_LIVE_KIT_SECRET: "a secret that LiveKit knows",
};

/**
 * Sends an example as somebody would from the page about the API: what an earlier
 * answer held is put where a later request names it.
 */
export async function sendExample(
  api: string,
  example: Example,
  token: string,
  answers: Answers,
): Promise<void> {
  const { path, query, rows } = example;
  const { body, uploads = [] } = fill(example, answers) as Filled;
  for (const upload of uploads) await sendBytes(upload);
  const address = query ? `${path}?${new URLSearchParams(query)}` : path;
  const sent = rows ? await workbook(rows) : (body as object);
  answers.set(path, await post(api, address, sent, token));
}

/** Placeholders are replaced by values. */
interface Filled {
  body: unknown;
  uploads?: {
    text: string;
    times?: number;
    part?: { sign: Sign; number: number };
    form?: { url: string; file: string; fields: Record<string, string> };
  }[];
}

interface Sign {
  url: string;
  query: Query;
  parts: { partNumber: number; url: string; query: Query }[];
}
type Query = { key: string; values: string[] }[] | null;

async function sendBytes(upload: NonNullable<Filled["uploads"]>[number]) {
  const { text, times = 1, part, form } = upload;
  const bytes = text.repeat(times);
  if (part) return put(part.sign, part.number, bytes);
  if (!form) throw new Error("an upload goes nowhere");
  const body = new FormData();
  for (const [name, value] of Object.entries(form.fields))
    body.append(name, value);
  body.append(form.file, new File([bytes], "hello.txt"));
  await succeeded(await fetch(form.url, { method: "POST", body }));
}

async function put({ url, query, parts }: Sign, number: number, body: string) {
  const part = parts.find(({ partNumber }) => partNumber === number);
  if (!part) throw new Error(`part ${number} is not signed`);
  const address = new URL(part.url || url);
  for (const { key, values } of [...(query ?? []), ...(part.query ?? [])])
    for (const value of values) address.searchParams.append(key, value);
  await succeeded(await fetch(address, { method: "PUT", body }));
}

async function succeeded(response: Response): Promise<void> {
  if (!response.ok)
    throw new Error(`HTTP ${response.status} ${await response.text()}`);
}

async function workbook(rows: NonNullable<Example["rows"]>): Promise<FormData> {
  const cells = rows.map((row) => row.map((value) => ({ value })));
  const file = await writeXlsxFile(cells, { sheet: "user" }).toBuffer();
  const form = new FormData();
  form.append("data", new Blob([new Uint8Array(file)]), "users.xlsx");
  return form;
}

/** Throws if it names what no answer has. */
function fill(value: unknown, answers: Answers): unknown {
  if (typeof value === "string") {
    const named = /^\{\{(\S+)(?: (\S+))?\}\}$/.exec(value);
    return named ? memberOf(answers.get(named[1]!), named[2] ?? "") : value;
  }
  if (Array.isArray(value)) return value.map((each) => fill(each, answers));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, fill(each, answers)]),
  );
}

function memberOf(answer: unknown, path: string): unknown {
  const found = path
    .split(".")
    .filter(Boolean)
    .reduce<any>((at, key) => at?.[key], answer);
  if (found === undefined)
    throw new Error(`there is no '${path}' in ${JSON.stringify(answer)}`);
  return found;
}

/** Returns the examples of a port, in the order of its page. */
export async function examplesOf(api: string): Promise<Example[]> {
  const response = await fetch(`${api}/docs/openapi.json`);
  const { paths } = (await response.json()) as Description;
  return Object.entries(paths).map(([path, { post }]) => toExample(path, post));
}

function toExample(path: string, operation: Operation): Example {
  const query = operation.parameters
    .filter((each) => each.in === "query")
    .map(({ name = "", example = "" }) => [name, example]);
  return {
    path,
    body: operation.requestBody.content["application/json"]?.example,
    ...(query.length > 0 && { query: Object.fromEntries(query) }),
    ...(operation["x-uploads"] && { uploads: operation["x-uploads"] }),
    ...(operation["x-rows"] && { rows: operation["x-rows"] }),
  };
}

/** A restart by a route begins after its answer. */
export async function comesBack(api: string, path: string): Promise<void> {
  if (!path.startsWith("/config/") && path !== imSettings.Restart.path) return;
  for (;;)
    try {
      if ((await fetch(`${api}/docs`)).ok) return;
    } catch {
      await Bun.sleep(20);
    }
}

/** One port's examples, and by whose token they are sent. */
export interface Story {
  api: string;
  examples: Example[];
  tokenOf(answers: Answers): string;
}

const given =
  ({ path }: Pick<Method, "path">, name: string) =>
  (answers: Answers): string =>
    (answers.get(path) as Record<string, string> | undefined)?.[name] ?? "";
const asAdmin = given(GetAdminToken, "token");
const asChatAdmin = given(AccountLogin, "adminToken");

/** Addresses of a server. */
export type Addresses = Pick<
  RunningServer,
  "api" | "chat" | "chatAdmin" | "agents"
>;

/**
 * Examples by port, each with the data that exists before its first example.
 */
export const stories: Readonly<
  Record<string, (server: Addresses) => Promise<Story>>
> = {
  "the IM API": async ({ api }) => ({
    api,
    examples: await examplesOf(api),
    tokenOf: asAdmin,
  }),
  "the accounts": async ({ chat }) => ({
    api: chat,
    examples: await examplesOf(chat),
    tokenOf: given(AccountLogin, "chatToken"),
  }),
  async "the administration"(server) {
    await makeGroup(server);
    const api = server.chatAdmin;
    return { api, examples: await examplesOf(api), tokenOf: asChatAdmin };
  },
  async "the bots"({ chatAdmin, agents }) {
    const [signIn] = await examplesOf(chatAdmin);
    const answers: Answers = new Map();
    await sendExample(chatAdmin, signIn!, "", answers);
    const token = asChatAdmin(answers);
    const examples = await examplesOf(agents);
    return { api: agents, examples, tokenOf: () => token };
  },
};

/** The group that the administration's examples name is made at the IM server. */
async function makeGroup({ api }: Addresses): Promise<void> {
  const answers: Answers = new Map();
  const needed = [GetAdminToken.path, UserRegister.path, CreateGroup.path];
  for (const example of await examplesOf(api))
    if (needed.includes(example.path))
      await sendExample(api, example, asAdmin(answers), answers);
}
