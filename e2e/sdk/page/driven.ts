import type {
  CbEvents,
  DataOfEvent,
  getSDK,
  GroupItem,
  GroupMemberItem,
  InitAndLoginConfig,
  MessageItem,
} from "@openim/wasm-client-sdk";

export type SDK = ReturnType<typeof getSDK>;

/** The SDK's methods that answer a promise. */
export type Method = {
  [Name in keyof SDK]: SDK[Name] extends (...args: never[]) => Promise<unknown>
    ? Name
    : never;
}[keyof SDK];

/** Result of an SDK method. */
export type DataOf<Name extends Method> =
  Awaited<ReturnType<SDK[Name]>> extends { data: infer Data } ? Data : unknown;

/** Members that the SDK's own types leave out. */
interface Untyped {
  OnGroupInfoChanged: GroupItem;
  OnGroupMemberAdded: GroupMemberItem;
}

/** The SDK's events by name, with what comes with each. */
export type Events = {
  [Event in CbEvents as `${Event}`]: `${Event}` extends keyof Untyped
    ? Untyped[`${Event}`]
    : [DataOfEvent<Event>] extends [never]
      ? unknown
      : DataOfEvent<Event>;
};

/** The SDK rejects with plain objects, which would not survive a throw here. */
export interface Outcome<Data> {
  data?: Data;
  error?: unknown;
}

/** A file that a user has at hand. */
export interface LocalFile {
  name: string;
  type: string;
  base64: string;
}

/** The page, as the tests drive it. */
export interface Driven {
  login(config: InitAndLoginConfig): Promise<Outcome<never>>;
  call(method: Method, args: unknown[]): Promise<Outcome<unknown>>;
  /** Sends one text after the other; stops at the first that fails. */
  say(recvID: string, texts: string[]): Promise<Outcome<MessageItem[]>>;
  upload(file: LocalFile): Promise<Outcome<{ url: string }>>;
  /** Uploads it and sends it as a picture or as a file, by its type. */
  sendFile(recvID: string, file: LocalFile): Promise<Outcome<MessageItem>>;
}

declare global {
  interface Window {
    driven: Driven;
    /** Tells the test of an event. */
    heard(event: string, data: unknown): void;
  }
}
