import { noData, ReqIdentifier } from "@parley/protocol/envelope";
import type { ResponseEnvelope } from "@parley/protocol/envelope";

import type { FrameReader, Incoming } from "./frame-reader.ts";
import type { Address, ClientSocket, OpenSocket } from "./socket.ts";
import type { Wire } from "./wire.ts";

/** Events besides the answers to requests. */
export interface ClientHandlers {
  /** The answer to a message; valid until this returns. */
  acked(answer: ResponseEnvelope): void;
  pushed(messages: readonly Incoming[]): void;
}

/** One user's connection. */
export interface Client {
  readonly userID: string;
  /** Sets the handlers; what arrives before is dropped. */
  listen(handlers: Partial<ClientHandlers>): void;
  /** A frame with a message; its answer goes to `acked`. */
  post(frame: Uint8Array): void;
  /** Sends a request; resolves with the answer's data. */
  request(reqIdentifier: number, data: Uint8Array): Promise<Uint8Array>;
  ping(): void;
  stopReading(): void;
  close(): void;
}

export interface ConnectOptions {
  address: Address;
  openSocket: OpenSocket;
  wire: Wire;
  reader: FrameReader;
  userID: string;
  token: string;
  /** The connection broke, or brought what cannot be right. */
  failed(error: Error): void;
}

const android = 2;
const web = 5;
function noop(): void {}

export const platformOf = (wire: Wire): number =>
  wire.encoding === "json" ? web : android;

interface Waiting {
  resolve(data: Uint8Array): void;
  reject(error: Error): void;
}

/** Connects as the SDK of the encoding does; resolves when it is signed in. */
export async function connectClient(options: ConnectOptions): Promise<Client> {
  const { userID, token, wire, reader, failed } = options;
  const waiting = new Map<string, Waiting>();
  let requests = 0;
  // The JS client waits for a text frame, native ones for the upgrade only.
  const wantsResult = wire.encoding === "json";
  const result = Promise.withResolvers<void>();
  if (!wantsResult) result.resolve();
  let handlers: ClientHandlers = { acked: noop, pushed: noop };

  function receive(payload: Uint8Array): void {
    const { envelope, messages } = reader.read(payload);
    switch (envelope.reqIdentifier) {
      case ReqIdentifier.sendMsg:
        handlers.acked(envelope);
        return;
      case ReqIdentifier.pushMsg:
        handlers.pushed(messages);
        return;
      case ReqIdentifier.kickOnlineMsg:
        throw new Error(`${userID} was kicked`);
      default:
        answer(envelope);
    }
  }

  function answer({ msgIncr, errCode, errMsg, data }: ResponseEnvelope): void {
    const request = waiting.get(msgIncr);
    waiting.delete(msgIncr);
    if (errCode === 0) request?.resolve(data.slice());
    else request?.reject(new Error(`${errCode} ${errMsg}`));
  }

  function fail(error: Error): void {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    failed(error);
  }

  const path =
    `/?sendID=${userID}&token=${token}&platformID=${platformOf(wire)}` +
    `&operationID=connect_${userID}&isBackground=false${wire.query}` +
    (wantsResult ? "&isMsgResp=true" : "");
  const socket: ClientSocket = await options.openSocket(options.address, path, {
    binary(payload) {
      try {
        receive(payload);
      } catch (error) {
        fail(error as Error);
      }
    },
    text(text) {
      const { errCode } = JSON.parse(text) as { errCode?: number };
      if (errCode === 0) result.resolve();
      else result.reject(new Error(`${userID} was refused: ${text}`));
    },
    closed: (reason) => fail(new Error(`${userID}: ${reason}`)),
  });
  await result.promise;

  return {
    userID,
    listen(more) {
      handlers = { ...handlers, ...more };
    },
    post: (frame) => socket.sendBinary(frame),
    request(reqIdentifier, data) {
      const id = `request_${++requests}`;
      const msgIncr = `${userID}_${id}`;
      return new Promise((resolve, reject) => {
        waiting.set(msgIncr, { resolve, reject });
        const envelope = {
          reqIdentifier,
          token: "",
          sendID: userID,
          operationID: id,
          msgIncr,
          data: data.length === 0 ? noData : data,
        };
        socket.sendBinary(wire.pack(wire.codec.encodeRequest(envelope)));
      });
    },
    ping: () => socket.ping(),
    stopReading: () => socket.stopReading(),
    close: () => socket.close(),
  };
}
