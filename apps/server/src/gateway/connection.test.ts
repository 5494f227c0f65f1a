import { expect, mock, test } from "bun:test";

import { ReqIdentifier } from "@parley/protocol/envelope";
import type {
  RequestEnvelope,
  ResponseEnvelope,
} from "@parley/protocol/envelope";
import { maxFrameBytes } from "@parley/protocol/frame-size";
import { jsonCodec } from "@parley/protocol/json-envelope";
import { gunzipFrame, gzipFrame } from "@parley/protocol/gzip";
import type { ServerWebSocket } from "bun";
import { NewestSeqFrame, SendMsgFrame } from "@parley/protocol/methods/frames";

import { noLoadShedder, overloaded } from "../pace/load-shedder.ts";
import { nextTurn } from "../pace/turns.ts";
import { createLogger } from "../watching/logger.ts";
import { Connection } from "./connection.ts";
import type { ConnectionDeps } from "./connection.ts";
import { byIdentifier } from "./requests.ts";
import { createSessions } from "./sessions.ts";

function connectTo(
  socket: Partial<ServerWebSocket<unknown>>,
  more: Partial<ConnectionDeps> = {},
) {
  const connection = new Connection(
    {
      userID: "ann",
      token: "token",
      platformID: 1,
      operationID: "op",
      isBackground: false,
      isGzip: true,
      sdkType: "js",
      wantsResult: false,
    },
    {
      sessions: createSessions(),
      handlers: byIdentifier([
        {
          frame: NewestSeqFrame,
          answer: () => Promise.resolve({ data: new Uint8Array() }),
        },
      ]),
      admits: () => true,
      shedder: noLoadShedder,
      admitted: () => Promise.resolve(),
      flushLater: () => undefined,
      workSoon: () => undefined,
      backlog: { set: () => undefined },
      closed: () => undefined,
      logger: createLogger("silent"),
      elapsed: () => 0,
      attended: () => 0,
      ...more,
    },
  );
  connection.open(socket as ServerWebSocket<unknown>);
  const receive = (frame: string | Buffer) => connection.receive(frame);
  const ask = (about: Partial<RequestEnvelope>) =>
    receive(
      Buffer.from(
        gzipFrame(
          jsonCodec.encodeRequest({
            reqIdentifier: ReqIdentifier.getNewestSeq,
            token: "",
            sendID: "ann",
            operationID: "op",
            msgIncr: "1",
            data: new Uint8Array(),
            ...about,
          }),
        ),
      ),
    );
  return { ask, receive, connection };
}

/** A connection whose requests wait for a turn that does not come. */
function connectBusy() {
  let isCut = false;
  const { ask } = connectTo({
    terminate: () => (isCut = true),
    close: () => (isCut = true),
  });
  return { ask, isCut: () => isCut };
}

test("256 reads may wait, and the next one ends the connection", () => {
  const { ask, isCut } = connectBusy();
  for (let i = 0; i < 256; i++) ask({ data: new Uint8Array(1_000) });
  expect(isCut()).toBe(false);
  ask({});
  expect(isCut()).toBe(true);
});

test.each([
  ["data", { data: new Uint8Array(600_000) }],
  ["operationID", { operationID: "x".repeat(600_000) }],
])(
  "few requests whose %s unpacks to far more than was sent end it",
  (_field, about) => {
    const { ask, isCut } = connectBusy();
    let asked = 0;
    for (; !isCut() && asked < 256; asked++) ask(about);
    expect(asked).toBe(28);
  },
);

test.each([
  ["many messages", { data: new Uint8Array(100) }, 256],
  ["large messages", { data: new Uint8Array(600_000) }, 27],
])(
  "who wrote %s while the server was slow was cut off instead of told so",
  async (_what, about, taken) => {
    const answers: ResponseEnvelope[] = [];
    const handled: string[] = [];
    let work = (): void => undefined;
    let flush = (): void => undefined;
    const isCut = mock();
    const { ask } = connectTo(
      {
        sendBinary(frame) {
          const bytes = gunzipFrame(frame as Uint8Array, 1_048_576);
          return answers.push(jsonCodec.decodeResponse(bytes));
        },
        cork: ((write: () => void) => write()) as never,
        close: isCut,
        terminate: isCut,
      },
      {
        handlers: byIdentifier(
          [SendMsgFrame, NewestSeqFrame].map((frame) => ({
            frame,
            answer({ operationID }) {
              handled.push(operationID);
              return Promise.resolve({ data: new Uint8Array() });
            },
          })),
        ),
        workSoon: (connection) => (work = () => connection.work()),
        flushLater: (connection) => (flush = () => connection.flush()),
      },
    );
    const reqIdentifier = ReqIdentifier.sendMsg;
    for (let i = 0; i < taken + 2; i++)
      ask({ reqIdentifier, operationID: `message ${i}`, ...about });
    // What a client syncs by takes the place of a message.
    ask({ operationID: "read", ...about });
    flush();
    expect(isCut).not.toHaveBeenCalled();
    expect(answers).toMatchObject(
      [taken, taken + 1, taken - 1].map((i) => ({
        operationID: `message ${i}`,
        errCode: 500,
        errMsg: overloaded.errMsg,
      })),
    );
    work();
    while (handled.length < taken) await nextTurn();
    expect(handled).toEqual([
      ...[...Array(taken - 1).keys()].map((i) => `message ${i}`),
      "read",
    ]);
  },
);

test("a wrong frame cost its sender the answers before it, and was logged as a slow reader", async () => {
  const written: string[] = [];
  let flush = (): void => undefined;
  const { ask, receive } = connectTo(
    {
      sendBinary: () => written.push("answer"),
      close: () => void written.push("close"),
      terminate: () => void written.push("terminate"),
    },
    {
      workSoon: (connection) => connection.work(),
      flushLater: (connection) => (flush = () => connection.flush()),
    },
  );
  ask({});
  await nextTurn();
  receive("no ping");
  flush();
  expect(written).toEqual(["answer", "close"]);
});

test("a frame above 1 MiB, whoever made it, ended an SDK's connection, and is left out", () => {
  const sent: number[] = [];
  const note = ({ length }: Uint8Array) => sent.push(length);
  const { connection } = connectTo({
    send: note,
    sendBinary: note,
    getBufferedAmount: () => 0,
  });
  for (const bytes of [maxFrameBytes + 1, maxFrameBytes, 1]) {
    connection.send(new Uint8Array(bytes));
    connection.flush();
  }
  expect(sent).toEqual([maxFrameBytes, 1]);
});
