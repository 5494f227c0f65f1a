import type { Server } from "bun";

import type { JsonObject } from "./json.ts";
import { loadMessageTypes } from "./message-types.ts";
import type { Envelope } from "./envelope.ts";
import { defaultTarget } from "./target.ts";
import type { Target } from "./target.ts";

/**
 * Behaviour of a fake server; tests of the runner replace the part that is to
 * be wrong.
 */
export interface Behaviour {
  /** The answers of REST routes, by path. */
  routes: Record<string, unknown>;
  /** Refuses sockets with this, over plain HTTP. */
  refusal?: JsonObject;
  /** The first text frame of a socket. */
  result: JsonObject;
  /** The seqs that a request is answered with as pushes, in this order. */
  pushes: readonly number[];
  /** Sent after the reply, as they stand. */
  frames: readonly Uint8Array<ArrayBuffer>[];
  /** Ends the socket in place of an answer. */
  hangsUp: boolean;
  /** Called with the path of each request, and "socket" for each connection. */
  heard(what: string): void;
}

const types = loadMessageTypes();

/** Just enough of a server for the runner to be tried against. */
export function startFakeServer(
  behaviour: Partial<Behaviour> = {},
): { target: Target } & AsyncDisposable {
  const { routes, refusal, result, pushes, frames, hangsUp, heard }: Behaviour =
    {
      routes: {},
      result: { errCode: 0, errMsg: "", errDlt: "" },
      pushes: [1],
      frames: [],
      hangsUp: false,
      heard: () => undefined,
      ...behaviour,
    };
  const server: Server<undefined> = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      if (request.headers.get("upgrade")) {
        heard("socket");
        if (refusal) return Response.json(refusal);
        return server.upgrade(request) ? undefined : new Response();
      }
      const { pathname } = new URL(request.url);
      heard(pathname);
      return Response.json(
        routes[pathname] ?? { errCode: 0, data: { token: "t" } },
      );
    },
    websocket: {
      open: (socket) => void socket.send(JSON.stringify(result)),
      message(socket, frame) {
        if (hangsUp) return socket.terminate();
        const { reqIdentifier, msgIncr, operationID } = JSON.parse(
          String(frame),
        ) as Envelope;
        const send = (reply: object, data: Buffer | null) =>
          socket.sendBinary(
            Buffer.from(
              JSON.stringify({
                operationID,
                errCode: 0,
                errMsg: "",
                ...reply,
                data: data?.toString("base64") ?? null,
              }),
            ),
          );
        send({ reqIdentifier, msgIncr }, null);
        for (const seq of pushes)
          send({ reqIdentifier: 2001, msgIncr: "" }, pushOf(seq));
        for (const each of frames) socket.sendBinary(each);
      },
    },
  });
  const address = `127.0.0.1:${server.port}`;
  return {
    target: {
      ...defaultTarget,
      api: `http://${address}`,
      ws: `ws://${address}`,
      patienceSeconds: 1,
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

function pushOf(seq: number): Buffer {
  return types.encode("sdkws.PushMessages", {
    msgs: { si_a_b: { Msgs: [{ seq, contentType: 101, sendID: "a" }] } },
  });
}
