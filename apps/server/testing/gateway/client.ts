import { connect } from "node:net";
import type { Socket } from "node:net";

/** RFC 6455. */
export const Opcode = {
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const;

interface Frame {
  opcode: number;
  payload: Buffer;
}

/** Reads a server's bytes and answers nothing by itself. */
export class RawClient implements Disposable {
  readonly frames: Frame[] = [];
  /** Body of an answer without an upgrade. */
  body = "";
  readonly #socket: Socket;
  readonly #waiting = new Set<() => void>();
  #bytes = Buffer.alloc(0);
  #isUpgraded = false;
  #hasEnded = false;

  /** `headers` as lines that end with \r\n, as a browser's `Origin`. */
  constructor(port: number, query: Record<string, string>, headers = "") {
    this.#socket = connect({ port, host: "127.0.0.1" });
    this.#socket.write(
      `GET /?${new URLSearchParams(query)} HTTP/1.1\r\nHost: a\r\n` +
        "Upgrade: websocket\r\nConnection: Upgrade\r\n" +
        `Sec-WebSocket-Key: ${"A".repeat(22)}==\r\nSec-WebSocket-Version: 13\r\n${headers}\r\n`,
    );
    this.#socket.on("data", (bytes: Buffer) => this.#take(bytes));
    this.#socket.on("error", () => undefined);
    this.#socket.on("close", () => {
      this.#hasEnded = true;
      this.#wake();
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Leaves further bytes in the system's buffers. */
  pause(): void {
    this.#socket.pause();
  }

  send(opcode: number, payload: Uint8Array | string): void {
    const body = Buffer.from(payload);
    // No frame here is longer than two bytes can say.
    const isLong = body.length > 125;
    const head = Buffer.alloc(isLong ? 4 : 2);
    head[0] = 0x80 | opcode;
    head[1] = 0x80 | (isLong ? 126 : body.length);
    if (isLong) head.writeUInt16BE(body.length, 2);
    const mask = Buffer.alloc(4);
    this.#socket.write(Buffer.concat([head, mask, body]));
  }

  /** The next frame of that kind that nobody took yet. */
  async next(opcode: number): Promise<Buffer> {
    for (;;) {
      const at = this.frames.findIndex((frame) => frame.opcode === opcode);
      const [found] = at < 0 ? [] : this.frames.splice(at, 1);
      if (found) return found.payload;
      if (this.#hasEnded) throw new Error(`ended without a frame ${opcode}`);
      await this.#change();
    }
  }

  async ended(): Promise<void> {
    while (!this.#hasEnded) await this.#change();
  }

  /** Upgraded, refused or gone. */
  async answered(): Promise<boolean> {
    while (!this.#isUpgraded && this.body === "" && !this.#hasEnded)
      await this.#change();
    return this.#isUpgraded;
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    const end = this.#bytes.indexOf("\r\n\r\n");
    if (!this.#isUpgraded && end >= 0) {
      this.#isUpgraded = this.#bytes.toString().startsWith("HTTP/1.1 101");
      this.#bytes = this.#bytes.subarray(end + 4);
    }
    if (this.#isUpgraded) while (this.#takeFrame());
    else this.body = this.#bytes.toString();
    this.#wake();
  }

  /** Returns false if no complete frame has arrived. */
  #takeFrame(): boolean {
    const bytes = this.#bytes;
    if (bytes.length < 2) return false;
    const isLong = bytes[1] === 126;
    const start = isLong ? 4 : 2;
    if (bytes.length < start) return false;
    const length = isLong ? bytes.readUInt16BE(2) : bytes[1]!;
    if (bytes.length < start + length) return false;
    const payload = bytes.subarray(start, start + length);
    this.frames.push({ opcode: bytes[0]! & 0x0f, payload });
    this.#bytes = bytes.subarray(start + length);
    return true;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}
