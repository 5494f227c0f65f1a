import type { Server } from "bun";

/** One request as a provider saw it. */
export interface Heard {
  method: string;
  path: string;
  headers: Record<string, string>;
  /** JSON as its value, anything else as its bytes. */
  body: unknown;
}

export interface StubAnswer {
  status?: number;
  json?: unknown;
  headers?: Record<string, string>;
}

/** Stands in for the API of a provider, on a port of 127.0.0.1. */
export interface TestProvider extends AsyncDisposable {
  readonly url: string;
  readonly heard: Heard[];
  /** Answer to the next requests. */
  answer: (request: Heard) => StubAnswer | Promise<StubAnswer>;
  /** Resolves when it heard so many; they are taken away. */
  take(count: number): Promise<Heard[]>;
}

const patienceMs = 10_000;

export function startTestProvider(
  answer: TestProvider["answer"],
): TestProvider {
  const heard: Heard[] = [];
  let changed = Promise.withResolvers<void>();
  const server: Server<undefined> = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const bytes = Buffer.from(await request.arrayBuffer());
      const one = {
        method: request.method,
        path: new URL(request.url).pathname,
        headers: Object.fromEntries(request.headers),
        body: readBody(bytes),
      };
      heard.push(one);
      changed.resolve();
      changed = Promise.withResolvers();
      const answer = await provider.answer(one);
      const { status = 200, json = {}, headers = {} } = answer;
      return Response.json(json, { status, headers });
    },
  });
  const provider: TestProvider = {
    url: `http://127.0.0.1:${server.port}`,
    heard,
    answer,
    async take(count) {
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(
        () =>
          late.reject(
            new Error(`heard ${JSON.stringify(heard)}, not ${count} requests`),
          ),
        patienceMs,
      );
      while (heard.length < count)
        await Promise.race([changed.promise, late.promise]);
      clearTimeout(timer);
      return heard.splice(0);
    },
    async [Symbol.asyncDispose]() {
      await server.stop(true);
    },
  };
  return provider;
}

function readBody(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return bytes;
  }
}
