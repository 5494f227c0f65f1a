import { Admin } from "../client.ts";
import { startServer } from "../server.ts";
import type { RunningServer } from "../server.ts";
import { openBrowser } from "./browser.ts";
import type { Device } from "./browser.ts";
import { Client } from "./client.ts";

/** A server and a browser for the stories of one file. */
export interface Stage extends AsyncDisposable {
  readonly server: RunningServer;
  readonly admin: Admin;
  /** Registers users whose ids are new, without signing them in. */
  register(...names: string[]): Promise<string[]>;
  /** Signs a user in at a device where nobody is. */
  signIn(userID: string, platformID?: number): Promise<Client>;
  /** Registers users and signs each in. */
  arrive<Names extends string[]>(
    ...names: Names
  ): Promise<{ [Index in keyof Names]: Client }>;
  /** Signs everyone out; what they sat at is free for the next story. */
  clear(): Promise<void>;
}

const web = 5;

export async function openStage(): Promise<Stage> {
  const [server, browser] = await Promise.all([startServer(), openBrowser()]);
  const admin = await Admin.signIn(server.api);
  // The SDK takes its platform from the first sign-in in a page.
  const free = new Map<number, Device[]>();
  const present: Client[] = [];

  /** Registers users; a failure says what became of the server. */
  async function register(...names: string[]): Promise<string[]> {
    try {
      return await admin.users(...names);
    } catch (error) {
      const lines = server.logs().trimEnd().split("\n").slice(-15).join("\n  ");
      throw new Error(`no users; the server's last lines:\n  ${lines}`, {
        cause: error,
      });
    }
  }

  async function signIn(userID: string, platformID = web): Promise<Client> {
    const device = free.get(platformID)?.pop() ?? (await browser.openDevice());
    const client = new Client(server, device, {
      userID,
      platformID,
      tokenOf: (...who) => admin.tokenOf(...who),
    });
    present.push(client);
    await client.signIn();
    return client;
  }

  return {
    server,
    admin,
    register,
    signIn,
    async arrive<Names extends string[]>(...names: Names) {
      const userIDs = await register(...names);
      const clients = await Promise.all(userIDs.map((id) => signIn(id)));
      return clients as { [Index in keyof Names]: Client };
    },
    async clear() {
      await Promise.all(
        present.splice(0).map(async (client) => {
          const { device, platformID } = client;
          try {
            await client.signOut();
            free.set(platformID, [...(free.get(platformID) ?? []), device]);
          } catch {
            // Signed out or kicked by its story, or broken: not worth knowing.
            await device.close();
          }
        }),
      );
    },
    async [Symbol.asyncDispose]() {
      await browser[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
