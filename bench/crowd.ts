import { connectClient, platformOf } from "./client.ts";
import type { Client } from "./client.ts";
import { createFrameReader } from "./frame-reader.ts";
import type { FrameReader } from "./frame-reader.ts";
import { mapConcurrently } from "./rest.ts";
import type { Rest } from "./rest.ts";
import type { Address, OpenSocket } from "./socket.ts";
import type { Wire } from "./wire.ts";

/** Users with a token each. */
export interface Person {
  userID: string;
  token: string;
}

/** Registers so many users that nobody else has, and gets their tokens. */
export async function registerPeople(
  rest: Rest,
  runID: string,
  count: number,
  wire: Wire,
): Promise<Person[]> {
  return getTokens(rest, await registerUsers(rest, runID, count), wire);
}

export async function registerUsers(
  rest: Rest,
  runID: string,
  count: number,
): Promise<string[]> {
  const prefix = `b${runID.slice(0, 6)}`;
  const userIDs = Array.from(
    { length: count },
    (_, i) => `${prefix}${String(i).padStart(5, "0")}`,
  );
  await rest.registerUsers(userIDs);
  return userIDs;
}

export async function getTokens(
  rest: Rest,
  userIDs: readonly string[],
  wire: Wire,
): Promise<Person[]> {
  const tokens = await rest.userTokens(userIDs, platformOf(wire));
  return userIDs.map((userID, i) => ({ userID, token: tokens[i]! }));
}

/** Connections that are kept alive as long as they are wanted. */
export interface Crowd {
  readonly clients: readonly Client[];
  close(): void;
}

export interface CrowdOptions {
  gateway: Address;
  openSocket: OpenSocket;
  wire: Wire;
  runID: string;
  /** Receivers get the same bytes (see FrameReader). */
  isGroup?: boolean;
  /** Content of every message; undefined: the text of 100 bytes. */
  content?: Uint8Array;
  /** Connections being made at the same time. */
  concurrency?: number;
  failed(error: Error): void;
}

/** A server cuts who is silent for 30 s. */
const pingEverySeconds = 12;
/** Pushes to a group that members may be apart. */
const rememberedPushes = 32;

export async function connectCrowd(
  people: readonly Person[],
  options: CrowdOptions,
): Promise<Crowd> {
  const { wire, runID, openSocket, concurrency = 100, failed } = options;
  const reader: FrameReader = createFrameReader({
    wire,
    runID,
    remembered: options.isGroup ? rememberedPushes : 0,
    ...(options.content && { content: options.content }),
  });
  const clients = await mapConcurrently(people, concurrency, (person) =>
    connectClient({
      address: options.gateway,
      openSocket,
      wire,
      reader,
      ...person,
      failed,
    }),
  );
  let second = 0;
  const pings = setInterval(() => {
    second++;
    for (
      let i = second % pingEverySeconds;
      i < clients.length;
      i += pingEverySeconds
    )
      clients[i]!.ping();
  }, 1_000);
  return {
    clients,
    close() {
      clearInterval(pings);
      for (const client of clients) client.close();
    },
  };
}
