// Measures reading and writing frames, step by step along a message's way. Run
// by hand: npm run bun -- packages/protocol/bench/frames.ts
import { resolve } from "node:path";
import * as zlib from "node:zlib";

import protobuf from "protobufjs";

import type { Codec } from "../src/envelope.ts";
import { MsgData } from "../src/generated/sdkws.ts";
import { gobCodec } from "../src/gob.ts";
import { gunzipFrame, storeFrame } from "../src/gzip.ts";
import { jsonCodec } from "../src/json-envelope.ts";
import {
  patchMsgData,
  readMsgData,
  rewriteMsgData,
  sealMsgData,
} from "../src/msg-data.ts";
import {
  encodePullResponse,
  encodePush,
  frameMessages,
} from "../src/push-frame.ts";

const rounds = 5;

/** Best of several rounds, in µs a call: the machine may be shared. */
function measure(name: string, call: () => unknown, calls = 100_000): void {
  let best = Infinity;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    for (let i = 0; i < calls; i++) call();
    best = Math.min(best, ((performance.now() - start) * 1000) / calls);
  }
  console.log(`${name.padEnd(48)} ${best.toFixed(2).padStart(8)} µs`);
}

const words =
  "see you at the station when it is half past six or later if they are late";

/** Made up, and the same in every run. */
function createText(seed: number): string {
  const list = words.split(" ");
  return Array.from(
    { length: 8 + (seed % 12) },
    (_, i) => list[(seed * 31 + i * (7 + (seed % 5))) % list.length],
  ).join(" ");
}

const createID = (seed: number): string =>
  new Bun.CryptoHasher("md5").update(String(seed)).digest("hex");

const createMessage = (seed: number): Uint8Array =>
  MsgData.encode({
    sendID: "4839201756",
    recvID: "7710394825",
    clientMsgID: createID(seed),
    senderPlatformID: 2,
    senderNickname: "Zoë Example",
    senderFaceURL: "https://cdn.example.com/faces/4839201756.png",
    sessionType: 1,
    msgFrom: 100,
    contentType: 101,
    content: new TextEncoder().encode(
      JSON.stringify({ content: createText(seed) }),
    ),
    createTime: 1_700_000_000_123 + seed * 7_919,
    status: 1,
    offlinePushInfo: {
      title: "you have a new message",
      desc: "",
      ex: "",
      iOSPushSound: "+1",
      iOSBadgeCount: true,
      signalInfo: "",
    },
    attachedInfo: '{"isPrivateChat":false,"burnDuration":0}',
  });

const sent = createMessage(7);
const changes = {
  serverMsgID: "e8ebb992a9ef6facbcd7d1cdc8daf2a7",
  sendTime: 1_700_000_000_456,
  status: 2,
  isRead: false,
};
const unsealed = rewriteMsgData(readMsgData(sent), changes);
const stored = sealMsgData(unsealed, 1_234);
const push = encodePush("si_4839201756_7710394825", [stored], "msgs");
const request = {
  reqIdentifier: 1003,
  token: "",
  sendID: "4839201756",
  operationID: "1700000000123456789",
  msgIncr: "4839201756_1700000000123456789",
  data: sent,
};
const response = {
  reqIdentifier: 2001,
  msgIncr: "",
  operationID: "1700000000123456789",
  errCode: 0,
  errMsg: "",
  data: push,
};

console.log(`one message: ${sent.length} bytes sent, ${stored.length} stored`);

for (const [name, codec] of [
  ["gob", gobCodec],
  ["JSON", jsonCodec],
] satisfies [string, Codec][]) {
  const frame = codec.encodeRequest(request);
  const answer = codec.encodeResponse(response);
  console.log(`\n${name}: ${frame.length} bytes in, ${answer.length} out`);
  measure("decode request", () => codec.decodeRequest(frame));
  measure("encode push", () => codec.encodeResponse(response));
  measure("decode push", () => codec.decodeResponse(answer));
}

console.log("\nMsgData");
measure("read", () => readMsgData(sent));
measure("read, and the ids as texts", () => {
  const view = readMsgData(sent);
  return view.ids().sendID + view.clientMsgID;
});
const view = readMsgData(sent);
measure("rewrite", () => rewriteMsgData(view, changes));
measure("rewrite with options", () =>
  rewriteMsgData(view, { ...changes, options: new Map([["history", false]]) }),
);
measure("seal", () => sealMsgData(unsealed, 1_234));
measure("patch isRead", () => patchMsgData(stored, { isRead: true }));
measure("read, rewrite and seal", () =>
  sealMsgData(rewriteMsgData(readMsgData(sent), changes), 1_234),
);
measure("the same by our protobuf of any message", () =>
  MsgData.encode({ ...MsgData.decode(sent), ...changes, seq: 1_234 }),
);
const root = new protobuf.Root();
root.resolvePath = (_, target) => resolve(import.meta.dir, "../proto", target);
const Reflected = root
  .loadSync("openim/sdkws.proto", { keepCase: true })
  .lookupType("openim.sdkws.MsgData");
measure("the same by protobufjs", () =>
  Reflected.encode(
    Object.assign(Reflected.decode(sent), changes, { seq: 1_234 }),
  ).finish(),
);

console.log("\npushes and pulls");
measure("encode push", () =>
  encodePush("si_4839201756_7710394825", [stored], "msgs"),
);
const hundred = Array.from({ length: 100 }, (_, seq) =>
  sealMsgData(
    rewriteMsgData(readMsgData(createMessage(seq)), {
      ...changes,
      serverMsgID: createID(-seq),
    }),
    seq + 1,
  ),
);
const entryOf = (msgs: readonly Uint8Array[]) => ({
  conversationID: "si_4839201756_7710394825",
  notification: false,
  framed: frameMessages(msgs.map((data) => ({ data }))),
  isEnd: true,
  endSeq: 0,
});
measure("pull of 100", () => encodePullResponse([entryOf(hundred)]), 10_000);

console.log("\ngzip of a frame of gob");
const frame = gobCodec.encodeRequest(request);
const zipped = zlib.gzipSync(frame);
console.log(`request: ${frame.length} bytes, ${zipped.length} zipped`);
measure("gunzip", () => gunzipFrame(zipped, 1 << 20));
measure("gunzip by node:zlib", () => zlib.gunzipSync(zipped), 20_000);
for (const count of [1, 2, 3, 4, 10, 30, 100]) {
  const data = encodePullResponse([entryOf(hundred.slice(0, count))]);
  const bytes = gobCodec.encodeResponse({ ...response, data });
  const level1 = () => Bun.gzipSync(bytes, { level: 1 });
  const level6 = () => Bun.gzipSync(bytes, { level: 6 });
  console.log(
    `${count} messages, ${bytes.length} bytes: ${level1().length} at level 1, ` +
      `${level6().length} at level 6`,
  );
  if (bytes.length < 65_536) measure("stored", () => storeFrame(bytes), 20_000);
  measure("level 1", level1, 2_000);
  measure("level 6", level6, 2_000);
}
