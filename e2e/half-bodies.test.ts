import { readFileSync } from "node:fs";
import { connect } from "node:net";
import type { Socket } from "node:net";

import { expect, test } from "bun:test";
import { ParseToken } from "@parley/protocol/methods/auth";
import { AccountLogin } from "@parley/protocol/methods/chat/accounts";
import { AdminAccountLogin } from "@parley/protocol/methods/chat/administrators";
import { AgentPage } from "@parley/protocol/methods/chat/agents";
import { GetUsersInfo } from "@parley/protocol/methods/users";

import { Admin, post } from "./client.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";
import { countdown } from "./speaking.ts";

/** On each port. */
const senders = 600;

function megabytesOf({ process: { pid } }: RunningServer): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
}

/** Sends most of a body, and no more. */
function sendHalf(
  url: string,
  { token, length, sent }: { token?: string; length: number; sent: number },
  heard: () => void,
): Socket {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(
    [
      `POST ${pathname} HTTP/1.1`,
      `Host: ${hostname}`,
      "operationID: half",
      ...(token ? [`token: ${token}`] : []),
      `Content-Length: ${length}`,
      "\r\n",
    ].join("\r\n"),
  );
  socket.write(Buffer.alloc(sent, " "));
  socket.on("error", () => undefined);
  socket.once("data", heard);
  return socket;
}

test.skipIf(process.platform !== "linux")(
  "half bodies of hundreds take little memory on any port, and stop nobody",
  async () => {
    await using server = await startServer();
    const admin = await Admin.signIn(server.api);
    const [ann = ""] = await admin.users("ann");
    const token = await admin.tokenOf(ann);
    const before = megabytesOf(server);
    const sockets: Socket[] = [];
    async function attack(
      url: string,
      half: { token?: string; length: number; sent: number },
      { answered }: { answered: number },
    ): Promise<void> {
      const heard = countdown(answered);
      for (let i = 0; i < senders; i++)
        sockets.push(sendHalf(url, half, heard.step));
      await heard.reached;
    }
    const mega = { length: 1_048_000, sent: 1_000_000 };
    for (const url of [
      `${server.api}${ParseToken.path}`,
      `${server.chat}${AccountLogin.path}`,
      `${server.chatAdmin}${AdminAccountLogin.path}`,
      // Without the token that they need: nothing is read at all.
      `${server.agents}${AgentPage.path}`,
      `${server.api}${GetUsersInfo.path}`,
    ])
      await attack(url, mega, { answered: senders });
    // The bound of a body is within the bound of all bodies.
    const most = { length: 262_000, sent: 260_000 };
    await attack(`${server.chat}${AccountLogin.path}`, most, {
      answered: senders - 100,
    });
    await attack(
      `${server.api}${GetUsersInfo.path}`,
      { ...mega, token },
      { answered: senders - 100 },
    );
    // Everybody else is served.
    expect(await admin.post(GetUsersInfo, { userIDs: [ann] })).toMatchObject({
      usersInfo: [{ userID: ann }],
    });
    expect(await post(server.api, ParseToken, { token })).toMatchObject({
      userID: ann,
    });
    expect(megabytesOf(server) - before).toBeLessThan(300);
    for (const socket of sockets) socket.destroy();
  },
);
