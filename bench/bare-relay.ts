// What no server of this protocol can do without: frames are decoded, messages
// numbered, answered and passed on. It checks nothing and stores nothing, so
// what Parley costs above it is the price of rules and durability, and a load
// that saturates it shows what the generator can do.
import { ReqIdentifier } from "@parley/protocol/envelope";
import { SendMsgResp } from "@parley/protocol/generated/msg";
import { gzipFrame } from "@parley/protocol/gzip";
import { readMsgData, sealMsgData } from "@parley/protocol/msg-data";
import { encodePush } from "@parley/protocol/push-frame";
import type { ServerWebSocket } from "bun";

import { wireOf } from "./wire.ts";

interface Connection {
  userID: string;
}

const hostname = process.env["PARLEY_LISTEN"] ?? "127.0.0.1";
const sockets = new Map<string, ServerWebSocket<Connection>>();
const seqs = new Map<string, number>();
const serverMsgID = "0".repeat(32);
let wire = wireOf("gob");

Bun.serve<Connection>({
  hostname,
  port: Number(process.env["PARLEY_WS_PORT"]),
  fetch(request, server) {
    const query = new URL(request.url).searchParams;
    // All connections of a run speak the same.
    if (query.get("sdkType") === "js") wire = wireOf("json");
    else if (query.get("compression") === "gzip") wire = wireOf("gob+gzip");
    const data = { userID: query.get("sendID") ?? "" };
    return server.upgrade(request, { data })
      ? undefined
      : new Response(null, { status: 426 });
  },
  websocket: {
    open(socket) {
      sockets.set(socket.data.userID, socket);
      if (wire.encoding === "json") socket.send('{"errCode":0}');
    },
    message(socket, message) {
      if (typeof message !== "string") relay(socket, message);
    },
    close({ data }) {
      sockets.delete(data.userID);
    },
  },
});

Bun.serve({
  hostname,
  port: Number(process.env["PARLEY_API_PORT"]),
  fetch: () => new Response("ready\n"),
});

function relay(socket: ServerWebSocket<Connection>, frame: Buffer): void {
  const request = wire.codec.decodeRequest(wire.unpack(frame));
  const { msgIncr, operationID } = request;
  const view = readMsgData(request.data);
  const { sendID, recvID, clientMsgID } = view;
  const conversationID =
    sendID < recvID ? `si_${sendID}_${recvID}` : `si_${recvID}_${sendID}`;
  const seq = (seqs.get(conversationID) ?? 0) + 1;
  seqs.set(conversationID, seq);

  const ok = { operationID, errCode: 0, errMsg: "" };
  const ack = SendMsgResp.encode({
    ...{ serverMsgID, clientMsgID, sendTime: Date.now() },
  });
  socket.sendBinary(
    pack(
      wire.codec.encodeResponse({
        ...{ reqIdentifier: ReqIdentifier.sendMsg, msgIncr, data: ack, ...ok },
      }),
    ),
  );
  const push = pack(
    wire.codec.encodeResponse({
      reqIdentifier: ReqIdentifier.pushMsg,
      msgIncr: "",
      data: encodePush(
        conversationID,
        [sealMsgData(request.data, seq)],
        "msgs",
      ),
      ...ok,
    }),
  );
  sockets.get(recvID)?.sendBinary(push);
  socket.sendBinary(push);
}

/** As servers do: small frames are not worth deflating. */
function pack(frame: Uint8Array<ArrayBuffer>): Uint8Array {
  return wire.encoding === "gob+gzip" ? gzipFrame(frame) : frame;
}

process.on("SIGTERM", () => process.exit(0));
