import { Readable } from "node:stream";

import { errors, ProtocolError } from "@parley/protocol/errors";
import busboy from "busboy";

/** Bytes of a request as they come. */
export interface Incoming {
  /** Fails with IncompleteError when it ends too early. */
  stream: AsyncIterable<Uint8Array>;
  /** Lets the stream fail with UploadBusyError. */
  cancel(): void;
}

export class IncompleteError extends Error {
  override readonly name = "IncompleteError";
}

/** Somebody else has the upload now: who sends it again, or completes it. */
export class UploadBusyError extends ProtocolError {
  constructor() {
    super(
      errors.notFound().code,
      "the upload is being completed, or a part of it is sent again",
    );
  }
}

export function toIncoming(body: ReadableStream<Uint8Array> | null): Incoming {
  const reader = body?.getReader();
  let isCancelled = false;
  async function* stream(): AsyncGenerator<Uint8Array> {
    while (reader) {
      const next = await reader.read().catch((cause: unknown) => {
        throw new IncompleteError("the connection broke", { cause });
      });
      if (isCancelled) throw new UploadBusyError();
      if (next.done) return;
      yield next.value;
    }
  }
  return {
    stream: stream(),
    cancel() {
      isCancelled = true;
      // Fails only where the body has failed before.
      reader?.cancel().catch(() => undefined);
    },
  };
}

export interface FormFile extends Incoming {
  /** Ignores the rest of the stream. */
  close(): void;
}

const limits = { files: 1, fields: 32, fieldSize: 16_384, parts: 40 };

/** The file of a form, which comes last; null if there is none. */
export async function openForm(
  body: ReadableStream<Uint8Array>,
  contentType: string,
): Promise<FormFile | null> {
  const { promise, resolve } = Promise.withResolvers<FormFile | null>();
  const input = Readable.from(body);
  let parser: busboy.Busboy;
  try {
    parser = busboy({ headers: { "content-type": contentType }, limits });
  } catch {
    return null; // no boundary
  }
  parser.on("file", (_field, file) => {
    let isCancelled = false;
    const fail = (cause?: Error): void =>
      void file.destroy(cause ?? new IncompleteError("the form ended"));
    // Nobody may be reading yet when it breaks; then the reader hears of it.
    file.on("error", () => undefined);
    input.on("error", fail);
    parser.on("error", fail);
    async function* stream(): AsyncGenerator<Uint8Array> {
      try {
        for await (const chunk of file) yield chunk as Uint8Array;
      } catch (cause) {
        if (isCancelled) throw new UploadBusyError();
        throw new IncompleteError("the form broke off", { cause });
      }
    }
    resolve({
      stream: stream(),
      cancel() {
        isCancelled = true;
        fail();
      },
      close: () => void input.destroy(),
    });
  });
  const none = (): void => {
    input.destroy();
    resolve(null);
  };
  parser.on("error", none);
  parser.on("close", none);
  input.on("error", none);
  input.pipe(parser);
  return promise;
}
