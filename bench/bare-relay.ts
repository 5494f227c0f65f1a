// The minimum that any server of this protocol does: it decodes frames, numbers
// messages, acknowledges and relays them. It checks nothing and stores nothing.
// The difference to Parley is the price of rules and durability, and a load
// that saturates it shows the limit of the generator.
import { noData, ReqIdentifier } from "@parley/protocol/envelope";
import type { RequestEnvelope } from "@parley/protocol/envelope";
import { SendMsgResp } from "@parley/protocol/generated/msg";
import { gzipFrame } from "@parley/protocol/gzip";
import { readMsgData, sealMsgData } from "@parley/protocol/msg-data";
import { encodePush } from "@parley/protocol/push-frame";
import { CreateGroup } from "@parley/protocol/methods/groups";
import type { Server, ServerWebSocket } from "bun";

import { wireOf } from "./wire.ts";

interface Connection {
  userID: string;
}

interface Group {
  ownerUserID: string;
  memberUserIDs: string[];
}

const hostname = process.env["PARLEY_LISTEN"] ?? "127.0.0.1";
const sockets = new Map<string, ServerWebSocket<Connection>>();
/** Members of the one group. */
const members = new Set<string>();
const groupID = "bench";
const seqs = new Map<string, number>();
const serverMsgID = "0".repeat(32);
let wire = wireOf("gob");

const server: Server<Connection> = Bun.serve<Connection>({
  hostname,
  port: Number(process.env["PARLEY_WS_PORT"]),
  fetch(request) {
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
      const { userID } = socket.data;
      sockets.set(userID, socket);
      if (members.has(userID)) socket.subscribe(groupID);
      if (wire.encoding === "json") socket.send('{"errCode":0}');
    },
    message(socket, message) {
      if (typeof message !== "string") receive(socket, message);
    },
    close({ data }) {
      sockets.delete(data.userID);
    },
  },
});

/** The load's setup calls: everything is allowed. */
Bun.serve({
  hostname,
  port: Number(process.env["PARLEY_API_PORT"]),
  routes: {
    "/readyz": new Response("ready\n"),
    "/metrics": new Response(""),
    [CreateGroup.path]: async (request: Request) => {
      const { ownerUserID, memberUserIDs } = (await request.json()) as Group;
      for (const userID of [ownerUserID, ...memberUserIDs]) members.add(userID);
      return answer({ groupInfo: { groupID } });
    },
  },
  fetch: () => answer({ token: "none" }),
});

const answer = (data: object) => Response.json({ errCode: 0, data });

function receive(socket: ServerWebSocket<Connection>, frame: Buffer): void {
  const request = wire.codec.decodeRequest(wire.unpack(frame));
  if (request.reqIdentifier === ReqIdentifier.sendMsg) relay(socket, request);
  else reply(socket, request, noData);
}

function relay(
  socket: ServerWebSocket<Connection>,
  request: RequestEnvelope,
): void {
  const view = readMsgData(request.data);
  const { sendID, recvID, clientMsgID } = view;
  const conversationID = view.groupID
    ? `sg_${view.groupID}`
    : `si_${[sendID, recvID].sort().join("_")}`;
  const seq = (seqs.get(conversationID) ?? 0) + 1;
  seqs.set(conversationID, seq);
  const sendTime = Date.now();
  const ack = SendMsgResp.encode({ serverMsgID, clientMsgID, sendTime });
  reply(socket, request, ack);
  const message = sealMsgData(request.data, seq);
  const push = pack(
    wire.codec.encodeResponse({
      reqIdentifier: ReqIdentifier.pushMsg,
      msgIncr: "",
      operationID: request.operationID,
      errCode: 0,
      errMsg: "",
      data: encodePush(conversationID, [message], "msgs"),
    }),
  );
  if (view.groupID) server.publish(groupID, push);
  else {
    sockets.get(recvID)?.sendBinary(push);
    socket.sendBinary(push);
  }
}

function reply(
  socket: ServerWebSocket<Connection>,
  { reqIdentifier, msgIncr, operationID }: RequestEnvelope,
  data: Uint8Array,
): void {
  const ok = { errCode: 0, errMsg: "" };
  const envelope = { reqIdentifier, msgIncr, operationID, ...ok, data };
  socket.sendBinary(pack(wire.codec.encodeResponse(envelope)));
}

/** Small frames are not deflated, as in real servers. */
function pack(frame: Uint8Array<ArrayBuffer>): Uint8Array {
  return wire.encoding === "gob+gzip" ? gzipFrame(frame) : frame;
}

process.on("SIGTERM", () => process.exit(0));
