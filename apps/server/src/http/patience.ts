import { gunzipSync } from "node:zlib";

const defaultEveryMs = 10_000;
export interface TalkOptions {
  /** Headers of the answer if it is late. */
  headers: Record<string, string>;
  /**
   * Resolves when the whole request has arrived; until then the connection is
   * not idle.
   */
  asked: Promise<void>;
  everyMs?: number;
}

const space = new Uint8Array([0x20]);

/**
 * Prevents idle timeouts of proxies, clients and our own server. An answer in
 * JSON may begin with spaces, so a late answer sends some first; its status is
 * 200, like that of every handled request.
 */
export async function keepTalking(
  answer: Promise<Response>,
  { headers, asked, everyMs = defaultEveryMs }: TalkOptions,
): Promise<Response> {
  let late: ReturnType<typeof setTimeout> | undefined;
  const first = await Promise.race([
    answer,
    asked.then(
      () =>
        new Promise<undefined>((resolve) => {
          late = setTimeout(resolve, everyMs, undefined);
        }),
    ),
  ]);
  clearTimeout(late);
  if (first) return first;

  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = () => clearInterval(timer);
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      // Stops sending if the client has disconnected; the work continues.
      const say = (bytes: Uint8Array) => {
        try {
          controller.enqueue(bytes);
        } catch {
          stop();
        }
      };
      say(space);
      timer = setInterval(say, everyMs, space);
      const finished = answer.then(bytesOf);
      void finished
        .then(say)
        .catch((error: unknown) => controller.error(error))
        .finally(() => {
          stop();
          try {
            controller.close();
          } catch {
            // Cancelled, or in error.
          }
        });
    },
    cancel: stop,
  });
  return new Response(body, { headers });
}

/** Unpacked: the headers have gone out without an encoding. */
async function bytesOf(response: Response): Promise<Uint8Array> {
  const bytes = await response.bytes();
  return response.headers.get("content-encoding") === "gzip"
    ? gunzipSync(bytes)
    : bytes;
}
