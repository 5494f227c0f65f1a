import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { parseJson } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { untilQuiet } from "./quiet.ts";

/** Behaviour of the receiver for one command. */
export interface HookRule {
  readonly json?: Json;
  readonly text?: string;
  readonly status?: number;
  /** Milliseconds before it answers; 2,000 and more are never. */
  readonly delay?: number;
  /** Ends the connection in place of an answer. */
  readonly drop?: boolean;
}

/** Receives a server's webhooks and answers them by rules. */
export interface HookReceiver extends AsyncDisposable {
  readonly port: number;
  /** Sets the answer of a command, for a number of calls or for ever. */
  reply(command: string, rule: HookRule, times?: number): void;
  /** Everything is allowed again, and nothing was heard. */
  reset(): void;
  /** Number of callers that will get an answer. */
  answering(): number;
  /** Returns the calls of these commands ("*": all) once no more arrive. */
  take(
    commands: string | readonly string[],
    expected: number,
    how: {
      patienceSeconds: number;
      settled(): Promise<void>;
      full?: boolean | undefined;
    },
  ): Promise<Json[]>;
}

interface Heard {
  readonly command: string;
  readonly seen: JsonObject;
  /** Headers and path; few recordings look at them. */
  readonly outside: JsonObject;
}

const allow = {
  actionCode: 0,
  errCode: 0,
  errMsg: "",
  errDlt: "",
  nextCode: 0,
};

/** OpenIM was recorded with this timeout, and what came later was of no use. */
const recordedTimeoutMs = 2_000;

/** Listens on a port of 127.0.0.1; 0 takes any free one. */
export async function startHookReceiver(port = 0): Promise<HookReceiver> {
  let inbox: Heard[] = [];
  const rules = new Map<string, { rule: HookRule; left: number }>();
  let answering = 0;

  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (text += chunk));
    request.on("end", () => void answer(request, response, text));
  });
  await new Promise<void>((resolve) =>
    server.listen(port, "127.0.0.1", resolve),
  );

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    text: string,
  ): Promise<void> {
    const heard = describe(request, text);
    inbox.push(heard);
    const { json, text: body, status, delay, drop } = ruleOf(heard.command);
    // The caller gives up by its own clock, however long that takes.
    if (delay && delay >= recordedTimeoutMs) return;
    answering++;
    if (delay) await Bun.sleep(delay);
    answering--;
    if (drop) {
      request.socket.destroy();
      return;
    }
    response.writeHead(status ?? 200, { "content-type": "application/json" });
    response.end(body ?? JSON.stringify(json ?? allow));
  }

  function ruleOf(command: string): HookRule {
    const found = rules.get(command);
    if (!found) return {};
    if (--found.left === 0) rules.delete(command);
    return found.rule;
  }

  return {
    port: (server.address() as AddressInfo).port,
    reply(command, rule, times = Infinity) {
      rules.set(command, { rule, left: times });
    },
    reset() {
      inbox = [];
      rules.clear();
    },
    answering: () => answering,
    async take(commands, expected, { full = false, ...patience }) {
      const isWanted = ({ command }: Heard) =>
        commands === "*" || [commands].flat().includes(command);
      await untilQuiet(() => inbox.filter(isWanted).length, {
        expected,
        quietMs: expected === 0 ? 600 : 250,
        ...patience,
      });
      const taken = inbox.filter(isWanted);
      inbox = inbox.filter((heard) => !isWanted(heard));
      return taken.map(({ seen, outside }) =>
        full ? { ...outside, ...seen } : seen,
      );
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function describe(
  { url, method, headers }: IncomingMessage,
  text: string,
): Heard {
  const { pathname, search, searchParams } = new URL(url ?? "/", "http://x");
  const command = pathname.split("/").at(-1) ?? "";
  const query: JsonObject = Object.fromEntries(searchParams);
  const key = searchParams.get("key");
  if (key)
    query["key"] = {
      "<base64>": parseJson(Buffer.from(key, "base64").toString()) ?? null,
    };
  const seen: JsonObject = {
    command,
    operationID: String(headers["operationid"] ?? ""),
    ...(search ? { query } : {}),
    body: parseJson(text) ?? { "<text>": text },
  };
  const outside = {
    method: method ?? "",
    path: pathname.replace(/^.*(?=\/)/, "…"),
    contentType: headers["content-type"] ?? "",
    newline: text.endsWith("\n"),
  };
  return { command, seen, outside };
}
