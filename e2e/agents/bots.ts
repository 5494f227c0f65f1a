import { randomUUID } from "node:crypto";
import { AdminAccountLogin } from "@parley/protocol/methods/chat/administrators";
import {
  AgentCallbackSingle,
  AgentCreate,
} from "@parley/protocol/methods/chat/agents";

import { Client, post } from "../client.ts";
import type { Admin } from "../client.ts";
import type { RunningServer } from "../server.ts";

/** The administrator that is made at the first start, and his first password. */
const chatAdmin = {
  account: "chatAdmin",
  password: "625031fc4e4f2de6b187e6bfa3697784",
  version: "3.8",
};

export async function signInAdministrator(
  server: RunningServer,
): Promise<string> {
  const { adminToken } = await post<{ adminToken: string }>(
    server.chatAdmin,
    AdminAccountLogin,
    chatAdmin,
  );
  return adminToken;
}

/** Makes a bot; answers its id, which is new in each run. */
export async function createBot(
  server: RunningServer,
  agent: { url: string; prompts?: string },
): Promise<string> {
  const userID = randomUUID().slice(0, 8);
  await post(
    server.agents,
    AgentCreate,
    {
      agent: {
        nickname: "Bot",
        model: "m",
        key: "sk-secret",
        ...agent,
        userID,
      },
    },
    await signInAdministrator(server),
  );
  return `bot_${userID}`;
}

export async function connect(
  server: RunningServer,
  admin: Admin,
  userID: string,
  platformID = 5,
): Promise<Client> {
  const token = await admin.tokenOf(userID, platformID);
  return Client.connect(server.ws, userID, token, { platformID });
}

/** A person who is new in each run, and connected. */
export async function newPerson(
  server: RunningServer,
  admin: Admin,
): Promise<Client> {
  const [userID = ""] = await admin.users("ann");
  return connect(server, admin, userID);
}

/** Conversation id of two users. */
export const pairOf = (a: string, b: string): string =>
  `si_${[a, b].sort().join("_")}`;

/** Returns the bot's texts to a person once there are so many. */
export async function heardFrom(
  person: Client,
  botID: string,
  count: number,
): Promise<string[]> {
  const texts = () =>
    person.pushed
      .filter(
        ({ message }) =>
          message.sendID === botID && message.contentType === 101,
      )
      .map(
        ({ message }) =>
          (
            JSON.parse(new TextDecoder().decode(message.content)) as {
              content: string;
            }
          ).content,
      );
  await person.until(() => texts().length >= count);
  return texts();
}

/** The two parties, as the key of a webhook names them. */
export interface Named {
  sendID: string;
  recvID: string;
}

export interface Told extends Named {
  serverMsgID: string;
}

/** Calls back as an IM server's webhook does; answers the code. */
export async function callBack(
  server: RunningServer,
  told: Told,
  { sendID, recvID }: Named = told,
): Promise<number> {
  const key = Buffer.from(
    JSON.stringify({ sendID, recvID, groupID: "" }),
  ).toString("base64");
  const response = await fetch(
    `${server.agents}${AgentCallbackSingle.path}?key=${encodeURIComponent(key)}`,
    {
      method: "POST",
      headers: { operationID: randomUUID() },
      body: JSON.stringify({
        ...told,
        contentType: 101,
        content: JSON.stringify({ content: "By webhook?" }),
        callbackCommand: "callbackAfterSendSingleMsgCommand",
      }),
    },
  );
  const { errCode } = (await response.json()) as { errCode: number };
  return errCode;
}
