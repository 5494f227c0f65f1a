import { createServer } from "node:http";
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request to the endpoint. */
export interface EndpointRequest {
  path: string;
  headers: IncomingHttpHeaders;
  body: {
    model: string;
    stream: boolean;
    messages: { role: string; content: string }[];
  };
}

export type Behaviour = (
  response: ServerResponse,
  request: EndpointRequest,
) => void;

/** A language model's endpoint that behaves as it is told, over real sockets. */
export interface TestEndpoint extends AsyncDisposable {
  /** Address of the endpoint, as in an agent's settings. */
  readonly url: string;
  readonly requests: EndpointRequest[];
  behaviour: Behaviour;
  close(): Promise<void>;
}

export async function startTestEndpoint(
  behaviour: Behaviour = echo,
): Promise<TestEndpoint> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const asked = {
        path: request.url ?? "",
        headers: request.headers,
        body: JSON.parse(
          Buffer.concat(chunks).toString(),
        ) as EndpointRequest["body"],
      };
      endpoint.requests.push(asked);
      endpoint.behaviour(response, asked);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const endpoint: TestEndpoint = {
    url: `http://127.0.0.1:${port}/v1`,
    requests: [],
    behaviour,
    close,
    [Symbol.asyncDispose]: close,
  };
  return endpoint;
}

const eventOf = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`;

/** One part of a streamed answer. */
export const delta = (content: string, finishReason: string | null = null) =>
  eventOf({
    choices: [{ index: 0, delta: { content }, finish_reason: finishReason }],
  });

export const done = "data: [DONE]\n\n";

/** Begins to stream these; the caller ends it, or does not. */
export function beginStream(
  response: ServerResponse,
  ...events: (string | Uint8Array)[]
): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.flushHeaders();
  for (const event of events) response.write(event);
}

/** Streams these and ends as it should. */
export const stream =
  (...parts: string[]): Behaviour =>
  (response) => {
    beginStream(response, ...parts.map((part) => delta(part)));
    response.end(delta("", "stop") + done);
  };

/** Says what it was asked last. */
export const echo: Behaviour = (response, { body }) =>
  stream("You said: ", body.messages.at(-1)?.content ?? "")(response, {
    path: "",
    headers: {},
    body,
  });

export const refuse =
  (status: number, body: unknown): Behaviour =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };

/** Says so much, and then nothing more for ever. */
export const stall =
  (...parts: string[]): Behaviour =>
  (response) =>
    beginStream(response, ...parts.map((part) => delta(part)));

/** Says so much; the connection breaks as soon as this is so. */
export const cutOff =
  (heard: Promise<void>, ...parts: string[]): Behaviour =>
  (response) => {
    beginStream(response, ...parts.map((part) => delta(part)));
    void heard.then(() => response.destroy());
  };
