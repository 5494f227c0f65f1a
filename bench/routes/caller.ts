import { GetAdminToken, GetUserToken } from "@parley/protocol/methods/auth";
import type { Method } from "@parley/protocol/method";

import type { ServerProcess } from "../server-process.ts";

export interface Caller {
  /** Calls a route and returns the length of the answer's body. */
  call(
    method: Pick<Method, "path">,
    body: unknown,
    as: "user" | "admin",
  ): Promise<number>;
  ask<Data>(
    method: Pick<Method, "path">,
    body: unknown,
    as: "user" | "admin",
  ): Promise<Data>;
  /** A token of u0, then its socket. */
  signIn(): Promise<AsyncDisposable>;
  /** Connects `count` members of the large group, without u0 and u1. */
  connectMembers(count: number): Promise<AsyncDisposable & { size: number }>;
}

interface Envelope {
  errCode: number;
  errMsg: string;
  errDlt: string;
  data?: unknown;
}

const web = 5;

export async function createCaller({
  api,
  gateway,
}: ServerProcess): Promise<Caller> {
  let calls = 0;
  const tokens = { user: "", admin: "" };

  async function send(
    { path }: Pick<Method, "path">,
    body: unknown,
    token: string,
  ): Promise<string> {
    const response = await fetch(api + path, {
      method: "POST",
      headers: { operationID: `bench_${++calls}`, token },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!text.startsWith('{"errCode":0,'))
      throw new Error(`${path}: ${text.slice(0, 300)}`);
    return text;
  }

  const dataOf = (text: string) => (JSON.parse(text) as Envelope).data;

  async function tokenOf(userID: string): Promise<string> {
    const text = await send(
      GetUserToken,
      { userID, platformID: web },
      tokens.admin,
    );
    return (dataOf(text) as { token: string }).token;
  }

  async function connect(userID: string, token: string): Promise<WebSocket> {
    const { hostname, port } = gateway;
    const socket = new WebSocket(
      `ws://${hostname}:${port}/?sendID=${userID}&token=${token}&platformID=${web}&operationID=connect_${userID}&isBackground=false&isMsgResp=true&sdkType=js`,
    );
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("message", () => resolve(), { once: true });
      socket.addEventListener("close", () =>
        reject(new Error(`${userID} was refused`)),
      );
    });
    return socket;
  }

  tokens.admin = (
    dataOf(
      await send(GetAdminToken, { secret: "openIM123", userID: "imAdmin" }, ""),
    ) as { token: string }
  ).token;
  tokens.user = await tokenOf("u0");

  return {
    async call(method, body, as) {
      return (await send(method, body, tokens[as])).length;
    },
    async ask<Data>(
      method: Pick<Method, "path">,
      body: unknown,
      as: "user" | "admin",
    ) {
      return dataOf(await send(method, body, tokens[as])) as Data;
    },
    async signIn() {
      tokens.user = await tokenOf("u0");
      const socket = await connect("u0", tokens.user);
      return { [Symbol.asyncDispose]: () => Promise.resolve(socket.close()) };
    },
    async connectMembers(count) {
      const sockets: WebSocket[] = [];
      for (let i = 0; i < count; i++) {
        const userID = `u${10 + i * 100}`;
        sockets.push(await connect(userID, await tokenOf(userID)));
      }
      return {
        size: count,
        [Symbol.asyncDispose]() {
          for (const socket of sockets) socket.close();
          return Promise.resolve();
        },
      };
    },
  };
}
