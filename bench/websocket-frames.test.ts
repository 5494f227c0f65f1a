import { expect, test } from "bun:test";

import { FrameSplitter, Opcode, writeFrame } from "./websocket-frames.ts";

/** A message as a server sends it: without a mask. */
function fromServer(opcode: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = 0x80 | opcode;
  head[1] = length < 126 ? length : length < 65_536 ? 126 : 127;
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

const payloads = [0, 1, 125, 126, 65_535, 65_536].map((length) =>
  Buffer.alloc(length, length & 0xff),
);

test.each([1, 2, 3, 1000, 1_000_000])(
  "messages come out whole however TCP cuts them: %d bytes at a time",
  (size) => {
    const stream = Buffer.concat(
      payloads.map((payload) => fromServer(Opcode.binary, payload)),
    );
    const found: Buffer[] = [];
    const splitter = new FrameSplitter((opcode, payload) => {
      expect(opcode).toBe(Opcode.binary);
      found.push(Buffer.from(payload));
    });
    for (let at = 0; at < stream.length; at += size)
      splitter.push(stream.subarray(at, at + size));
    expect(found.map(({ length }) => length)).toEqual(
      payloads.map(({ length }) => length),
    );
    expect(Buffer.concat(found).equals(Buffer.concat(payloads))).toBe(true);
  },
);

test("Bun's server reads what the client writes", async () => {
  const heard = Promise.withResolvers<number[]>();
  const lengths: number[] = [];
  const sent = [0, 125, 126, 60_000];
  using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, self) =>
      self.upgrade(request) ? undefined : new Response(),
    websocket: {
      message(_socket, message) {
        lengths.push(message.length);
        if (lengths.length === sent.length) heard.resolve(lengths);
      },
    },
  });
  const { openRawSocket } = await import("./socket.ts");
  const socket = await openRawSocket(
    { hostname: "127.0.0.1", port: server.port! },
    "/",
    { binary() {}, text() {}, closed() {} },
  );
  for (const length of sent) socket.sendBinary(new Uint8Array(length));
  expect(await heard.promise).toEqual(sent);
  socket.close();
});

test("a message in parts is refused", () => {
  const splitter = new FrameSplitter(() => undefined);
  expect(() => splitter.push(Buffer.from([Opcode.binary, 0]))).toThrow();
});

test("a frame longer than any request is refused", () => {
  expect(() =>
    writeFrame(new Uint8Array(10), Opcode.binary, new Uint8Array(70_000)),
  ).toThrow(RangeError);
});
