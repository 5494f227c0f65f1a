import type { OpenSocket } from "./socket.ts";

/** Bun's WebSocket client, to compare the one made by hand with. */
export const openBunSocket: OpenSocket = ({ hostname, port }, path, handlers) =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://${hostname}:${port}${path}`);
    socket.binaryType = "arraybuffer";
    let isOpen = false;
    let isClosed = false;
    socket.onopen = () => {
      isOpen = true;
      resolve({
        sendBinary: (payload) =>
          void socket.send(payload as Uint8Array<ArrayBuffer>),
        // The type is the browsers'; Bun's can.
        ping: () => (socket as unknown as { ping(): void }).ping(),
        stopReading() {
          throw new Error("Bun's WebSocket reads always: use --client raw");
        },
        close() {
          isClosed = true;
          socket.close();
        },
      });
    };
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === "string") handlers.text(data);
      else handlers.binary(new Uint8Array(data));
    };
    socket.onclose = ({ code, reason }) => {
      if (isClosed) return;
      isClosed = true;
      const text = `closed by the server: ${code} ${reason}`;
      if (isOpen) handlers.closed(text);
      else reject(new Error(text));
    };
  });
