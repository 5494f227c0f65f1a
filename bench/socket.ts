import { randomBytes } from "node:crypto";

import type { Socket } from "bun";

import { FrameSplitter, Opcode, writeFrame } from "./websocket-frames.ts";

/** One WebSocket connection, seen from the client. */
export interface ClientSocket {
  sendBinary(payload: Uint8Array): void;
  ping(): void;
  /** Leaves further bytes in the system's buffers until these are full. */
  stopReading(): void;
  close(): void;
}

export interface SocketHandlers {
  /** The payload is valid until this returns. */
  binary(payload: Uint8Array): void;
  text(text: string): void;
  /** Called when the other side closed the connection. */
  closed(reason: string): void;
}

export interface Address {
  hostname: string;
  port: number;
}

export type OpenSocket = (
  address: Address,
  path: string,
  handlers: SocketHandlers,
) => Promise<ClientSocket>;

/**
 * A WebSocket client over bare TCP. It does no more than the load needs, so
 * that the generator is not what the bench measures.
 */
export const openRawSocket: OpenSocket = (address, path, handlers) =>
  new Promise((resolve, reject) => {
    const connection = new RawConnection(address, path, handlers, {
      opened: resolve,
      failed: reject,
    });
    Bun.connect<RawConnection>({
      ...address,
      data: connection,
      socket: tcpHandlers,
    }).catch(reject);
  });

const tcpHandlers = {
  open(socket: Socket<RawConnection>) {
    socket.setNoDelay(true);
    socket.data.upgrade(socket);
  },
  data(socket: Socket<RawConnection>, chunk: Buffer) {
    socket.data.read(chunk);
  },
  drain(socket: Socket<RawConnection>) {
    socket.data.flush();
  },
  close(socket: Socket<RawConnection>) {
    socket.data.ended("closed by the server");
  },
  error(socket: Socket<RawConnection>, error: Error) {
    socket.data.ended(error.message);
  },
  connectError(socket: Socket<RawConnection>, error: Error) {
    socket.data.ended(error.message);
  },
};

/** Room for what is written: TCP takes it at once, or a copy is kept. */
const scratch = new Uint8Array(128 * 1024);
const noPayload = new Uint8Array();

interface Opening {
  opened(socket: ClientSocket): void;
  failed(error: Error): void;
}

class RawConnection implements ClientSocket {
  readonly #address: Address;
  readonly #path: string;
  readonly #handlers: SocketHandlers;
  #opening: Opening | undefined;
  #tcp: Socket<RawConnection> | undefined;
  #head = "";
  #unsent: Uint8Array | undefined;
  #isClosed = false;
  readonly #splitter = new FrameSplitter((opcode, payload) =>
    this.#receive(opcode, payload),
  );

  constructor(
    address: Address,
    path: string,
    handlers: SocketHandlers,
    opening: Opening,
  ) {
    this.#address = address;
    this.#path = path;
    this.#handlers = handlers;
    this.#opening = opening;
  }

  upgrade(tcp: Socket<RawConnection>): void {
    this.#tcp = tcp;
    const { hostname, port } = this.#address;
    this.#write(
      Buffer.from(
        `GET ${this.#path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n` +
          "Connection: Upgrade\r\nUpgrade: websocket\r\n" +
          "Sec-WebSocket-Version: 13\r\n" +
          `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n\r\n`,
      ),
    );
  }

  read(chunk: Buffer): void {
    if (this.#opening) this.#readHead(chunk);
    else this.#splitter.push(chunk);
  }

  sendBinary(payload: Uint8Array): void {
    this.#send(Opcode.binary, payload);
  }

  ping(): void {
    this.#send(Opcode.ping, noPayload);
  }

  stopReading(): void {
    this.#tcp?.pause();
  }

  close(): void {
    this.#isClosed = true;
    this.#tcp?.end();
  }

  flush(): void {
    const unsent = this.#unsent;
    this.#unsent = undefined;
    if (unsent) this.#write(unsent);
  }

  ended(reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#opening) this.#opening.failed(new Error(reason));
    else this.#handlers.closed(reason);
  }

  #readHead(chunk: Buffer): void {
    this.#head += chunk.toString("latin1");
    const end = this.#head.indexOf("\r\n\r\n");
    if (end < 0) return;
    const opening = this.#opening;
    if (!this.#head.startsWith("HTTP/1.1 101")) {
      this.close();
      opening?.failed(new Error(`not upgraded: ${this.#head}`));
      return;
    }
    const rest = Buffer.from(this.#head.slice(end + 4), "latin1");
    this.#head = "";
    this.#opening = undefined;
    opening?.opened(this);
    if (rest.length > 0) this.#splitter.push(rest);
  }

  #receive(opcode: number, payload: Uint8Array): void {
    if (opcode === Opcode.binary) this.#handlers.binary(payload);
    else if (opcode === Opcode.text)
      this.#handlers.text(Buffer.from(payload).toString());
    else if (opcode === Opcode.ping) this.#send(Opcode.pong, payload);
  }

  #send(opcode: number, payload: Uint8Array): void {
    const length = writeFrame(scratch, opcode, payload);
    this.#write(scratch.subarray(0, length));
  }

  #write(bytes: Uint8Array): void {
    if (this.#unsent) {
      this.#unsent = Buffer.concat([this.#unsent, bytes]);
      return;
    }
    const written = this.#tcp?.write(bytes) ?? 0;
    if (written >= 0 && written < bytes.length)
      this.#unsent = bytes.slice(written);
  }
}
