import type { Envelope, Reply } from "./envelope.ts";
import { randomUUID } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";

import { WebSocket } from "ws";

import { whenNothingHappens } from "../patience.ts";
import { gobDecode, gobEncode } from "./gob.ts";
import { isObject, parseJson, sorted, toText } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import type { MessageTypes } from "./message-types.ts";
import { until, untilQuiet } from "./quiet.ts";

export interface ConnectOptions {
  /** ws://host:port */
  readonly address: string;
  /** `v` may be an object: it goes out as base64url of its JSON. */
  readonly query: JsonObject;
  readonly headers?: Record<string, string>;
  readonly types: MessageTypes;
  /** For how long nothing may happen before what is awaited is given up. */
  readonly patienceSeconds: number;
  /** Resolves when the server is through with what it was asked before. */
  settled(): Promise<void>;
}

export interface GatewayRequest {
  readonly op: number;
  readonly sendID: string;
  readonly type?: string | undefined;
  readonly body?: JsonObject | undefined;
  /** The data where there is no type. */
  readonly hex?: string | undefined;
  readonly answerType?: string | undefined;
  readonly envelope?: Partial<Envelope> | undefined;
}

/** The server ends a connection that was silent for 30 s. */
const pingEveryMs = 10_000;

/** One connection to the gateway, in the encoding its parameters ask for. */
export class GatewaySocket {
  /** The first text frame or the refusal; null if there was neither. */
  readonly answer: Json;
  readonly #parts: SocketParts;

  private constructor(parts: SocketParts, answer: Json) {
    this.answer = answer;
    this.#parts = parts;
  }

  static async open(options: ConnectOptions): Promise<GatewaySocket> {
    const { address, query, headers = {}, types } = options;
    const { patienceSeconds, settled } = options;
    const socket = new WebSocket(`${address}/?${toParameters(query)}`, {
      headers,
      perMessageDeflate: false,
    });
    const parts: SocketParts = {
      socket,
      types,
      encoding: encodingOf(query, headers),
      inbox: [],
      replies: new Map(),
      faults: [],
      isClosed: false,
      patienceSeconds,
      settled,
    };
    return new GatewaySocket(parts, await listen(parts, saysResult(query)));
  }

  get isClosed(): boolean {
    return this.#parts.isClosed;
  }

  /** Frames that no client may get, such as unreadable ones. */
  get faults(): readonly string[] {
    return this.#parts.faults;
  }

  /** Sends a request and answers its reply, decoded. */
  async request(request: GatewayRequest): Promise<Json> {
    if (this.isClosed) return { "<closed before>": true };
    const { op, sendID, answerType } = request;
    const envelope: Envelope = {
      reqIdentifier: op,
      token: "",
      sendID,
      operationID: randomUUID(),
      msgIncr: randomUUID(),
      data: this.#dataOf(request).toString("base64"),
      ...request.envelope,
    };
    const reply = this.#replyTo(envelope.msgIncr);
    this.#send(envelope);
    const result = await reply;
    if (result === "closed") return { "<closed>": true };
    if (result === "timeout") return { "<timeout>": true };
    const { reqIdentifier, errCode, errMsg, data } = result;
    const answer: JsonObject = { reqIdentifier, errCode, errMsg };
    if (answerType && errCode === 0)
      answer["data"] = this.#parts.types.decode(
        answerType,
        Buffer.from(data ?? "", "base64"),
      );
    return answer;
  }

  /** A frame as it stands: text as a TEXT frame, bytes as a BINARY one. */
  sendFrame(frame: string | Buffer): void {
    this.#parts.socket.send(frame, { binary: typeof frame !== "string" });
  }

  /**
   * Everything that came unasked since the last time, once it has been quiet
   * for a moment. Conversations side by side have no order among them, so they
   * come in one of their own; within each it is that of the seqs.
   */
  async takePushes(
    expected: number,
    without: readonly number[] = [],
  ): Promise<Json[]> {
    const kept = () =>
      this.#parts.inbox.filter(
        ({ msg }) =>
          !isObject(msg) || !without.includes(msg["contentType"] as number),
      );
    await untilQuiet(() => kept().length, {
      expected,
      // If no push is expected, the wait starts now.
      quietMs: expected === 0 ? 400 : 250,
      patienceSeconds: this.#parts.patienceSeconds,
      settled: this.#parts.settled,
    });
    const pushes = kept();
    this.#parts.inbox.length = 0;
    return pushes
      .map((push) => ({ push, rank: rankOf(push) }))
      .sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0))
      .map(({ push: { operationID, ...push } }) => push);
  }

  /** Waits for the end; returns whether the server closed the connection. */
  async untilClosed(): Promise<boolean> {
    return until(() => this.isClosed, this.#parts.patienceSeconds);
  }

  /** Cuts the connection without a close frame. */
  terminate(): void {
    this.#parts.socket.terminate();
  }

  #dataOf({ type, body, hex }: GatewayRequest): Buffer {
    return type
      ? this.#parts.types.encode(type, body ?? {})
      : Buffer.from(hex ?? "", "hex");
  }

  #send(envelope: Envelope): void {
    const { gob, gzip } = this.#parts.encoding;
    const frame = gob
      ? gobEncode(envelope)
      : Buffer.from(JSON.stringify(envelope));
    this.sendFrame(gzip ? gzipSync(frame) : frame);
  }

  async #replyTo(msgIncr: string): Promise<Reply | "closed" | "timeout"> {
    return new Promise((resolve) => {
      const settle = (result: Reply | "closed" | "timeout") => {
        end();
        this.#parts.socket.off("close", closed);
        resolve(result);
      };
      const closed = () => settle("closed");
      const end = whenNothingHappens(
        () => settle("timeout"),
        this.#parts.patienceSeconds,
      );
      this.#parts.socket.on("close", closed);
      this.#parts.replies.set(msgIncr, settle);
    });
  }
}

interface Encoding {
  readonly gob: boolean;
  readonly gzip: boolean;
}

interface SocketParts {
  readonly socket: WebSocket;
  readonly types: MessageTypes;
  readonly encoding: Encoding;
  readonly inbox: JsonObject[];
  readonly replies: Map<string, (reply: Reply) => void>;
  readonly faults: string[];
  isClosed: boolean;
  readonly patienceSeconds: number;
  settled(): Promise<void>;
}

function toParameters(query: JsonObject): URLSearchParams {
  return new URLSearchParams(
    Object.entries(query).map(([key, value]) => [
      key,
      isObject(value)
        ? Buffer.from(JSON.stringify(value)).toString("base64url")
        : toText(value),
    ]),
  );
}

/** The server reports the outcome of connecting in a text frame. */
function saysResult({ v, isMsgResp = "" }: JsonObject): boolean {
  return (
    /^(1|t|T|TRUE|true|True)$/.test(toText(isMsgResp)) ||
    (isObject(v) && v["sendResponse"] === true)
  );
}

function encodingOf(
  query: JsonObject,
  headers: Record<string, string>,
): Encoding {
  const { v } = query;
  const { compression, sdkType } = isObject(v)
    ? { compression: v["compression"], sdkType: v["sdkType"] || undefined }
    : query;
  const isReadable = isObject(v) || !v;
  return {
    gob: isReadable && (sdkType ?? "go") === "go",
    gzip:
      compression === "gzip" ||
      (!query["compression"] && headers["compression"] === "gzip"),
  };
}

/** Takes whatever comes; resolves with the answer to the connect. */
async function listen(parts: SocketParts, saysResult: boolean): Promise<Json> {
  const { socket, inbox, faults } = parts;
  socket.setMaxListeners(0);
  const alive = setInterval(() => {
    if (socket.readyState === WebSocket.OPEN) socket.ping();
  }, pingEveryMs);
  alive.unref();
  return new Promise((resolve) => {
    const end = whenNothingHappens(
      () => settle({ "<timeout>": true }),
      parts.patienceSeconds,
    );
    let isSettled = false;
    function settle(answer: Json): void {
      isSettled = true;
      end();
      resolve(answer);
    }

    socket.on("message", (frame: Buffer, isBinary: boolean) => {
      try {
        if (isBinary) return receive(parts, frame);
        const text = JSON.parse(frame.toString()) as Json;
        if (saysResult && !isSettled) settle(text);
        else inbox.push({ text });
      } catch (error) {
        faults.push(`cannot read a frame: ${String(error)}`);
      }
    });
    socket.on("unexpected-response", (_request, response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString()));
      response.on("end", () => {
        const json = parseJson(body);
        const status = { "<status>": response.statusCode ?? 0 };
        settle(
          isObject(json)
            ? { ...status, ...json }
            : { ...status, "<text>": body },
        );
        parts.isClosed = true;
        socket.terminate();
      });
    });
    socket.on("error", ({ message }) => {
      parts.isClosed = true;
      settle({ "<error>": message });
    });
    socket.on("close", () => {
      parts.isClosed = true;
      clearInterval(alive);
      settle(null);
    });
    if (!saysResult) socket.on("open", () => settle(null));
  });
}

function receive(parts: SocketParts, frame: Buffer): void {
  const { inbox, types, encoding, replies } = parts;
  const bytes = encoding.gzip ? gunzipSync(frame) : frame;
  const reply = encoding.gob
    ? gobDecode(bytes)
    : (JSON.parse(bytes.toString()) as Reply);
  const { reqIdentifier, msgIncr, operationID, errCode, errMsg } = reply;
  const waiting = replies.get(msgIncr);
  if (waiting) {
    replies.delete(msgIncr);
    waiting(reply);
    return;
  }
  const data = Buffer.from(reply.data ?? "", "base64");
  if (reqIdentifier === 2001) {
    const push = types.decode("sdkws.PushMessages", data) as JsonObject;
    for (const kind of ["msgs", "notificationMsgs"])
      for (const [conversationID, pulled] of Object.entries(push[kind] ?? {}))
        for (const msg of (pulled as { Msgs: Json[] }).Msgs)
          inbox.push({ op: 2001, kind, conversationID, operationID, msg });
  } else if (reqIdentifier === 2005) {
    const tips = types.decode("sdkws.SubUserOnlineStatusTips", data);
    inbox.push({ op: 2005, data: tips });
  } else inbox.push({ op: reqIdentifier, errCode, errMsg });
}

function rankOf({ operationID, ...push }: JsonObject): string {
  // Text frames have no op, and come after what has one.
  const { op = "text", kind = "", conversationID = "", msg } = push;
  const [type, seq, rest] = isObject(msg)
    ? [msg["contentType"], msg["seq"], ""]
    : ["", "", JSON.stringify(sorted(push))];
  return [op, kind, conversationID, type, seq, rest]
    .map((part) => toText(part ?? ""))
    .join(" ");
}
