import { randomUUID } from "node:crypto";
import type { Route } from "@parley/server/src/http/route.ts";
import { SendSimpleMsg } from "@parley/protocol/methods/messages";

import { Client } from "../client.ts";
import type { RequestError } from "../client.ts";
import { ChatFixtures } from "../rights/chat-fixtures.ts";
import { Fixtures } from "../rights/fixtures.ts";
import { startServer } from "../server.ts";
import type { RunningServer, ServerOptions } from "../server.ts";
import { pathOf } from "../client.ts";
import type { Called } from "../client.ts";

export const ports = ["im", "accounts", "administration", "agents"] as const;
export type Port = (typeof ports)[number];

/** A key, without which this route does not read its body. */
const someKey = Buffer.from('{"sendID":"x"}').toString("base64");

export interface Answer {
  errCode: number;
  errDlt: string;
  data?: unknown;
}

/** A server, and somebody at each of its ports whom nothing is forbidden. */
export class Edge implements AsyncDisposable {
  readonly fixtures: Fixtures;
  readonly chat: ChatFixtures;
  readonly #server: RunningServer;

  private constructor(
    server: RunningServer,
    fixtures: Fixtures,
    chat: ChatFixtures,
  ) {
    this.#server = server;
    this.fixtures = fixtures;
    this.chat = chat;
  }

  static async start(options?: ServerOptions): Promise<Edge> {
    const server = await startServer({
      ...options,
      environment: {
        PARLEY_CONFIG_MANAGER: "true",
        ...options?.environment,
      },
    });
    const fixtures = await Fixtures.create(server.api);
    const chat = await ChatFixtures.create(server);
    return new Edge(server, fixtures, chat);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }

  logs(): string {
    return this.#server.logs();
  }

  #at(port: Port): { address: string; token: string } {
    const { api, chat, chatAdmin, agents } = this.#server;
    const { imAdmin } = this.fixtures.tokens;
    const { self, superAdministrator } = this.chat.tokens;
    switch (port) {
      case "im":
        return { address: api, token: imAdmin };
      case "accounts":
        return { address: chat, token: self };
      case "administration":
        return { address: chatAdmin, token: superAdministrator };
      case "agents":
        return { address: agents, token: superAdministrator };
    }
  }

  /** Text is JSON, bytes are protobuf. */
  async ask(
    port: Port,
    route: Called,
    body: string | Uint8Array,
    operationID: string = randomUUID(),
  ): Promise<Answer> {
    const { address, token } = this.#at(port);
    const isText = typeof body === "string";
    const query =
      pathOf(route) === SendSimpleMsg.path
        ? `?key=${encodeURIComponent(someKey)}`
        : "";
    const response = await fetch(address + pathOf(route) + query, {
      method: "POST",
      headers: {
        operationID,
        token,
        "content-type": `application/${isText ? "json" : "x-protobuf"}`,
      },
      body: body as string,
    });
    return (await response.json()) as Answer;
  }

  /** Sends the request in each encoding that the route accepts. */
  async askWith(
    port: Port,
    { method }: Pick<Route, "method">,
    value: object,
  ): Promise<Answer[]> {
    const { path, request, takesProtobuf } = method;
    const answers = [await this.ask(port, path, request.toJSON(value))];
    if (takesProtobuf)
      answers.push(await this.ask(port, path, request.encode(value)));
    return answers;
  }

  /** The code that a frame is answered with; some end their connection. */
  async send(
    reqIdentifier: number,
    data: Uint8Array,
    operationID: string = randomUUID(),
  ): Promise<number> {
    const { self, tokens } = this.fixtures;
    await using client = await Client.connect(
      this.#server.ws,
      self,
      tokens.self,
      { encoding: "gob+gzip" },
    );
    return await client.request(reqIdentifier, data, operationID).then(
      () => 0,
      (error: RequestError) => error.code,
    );
  }
}
