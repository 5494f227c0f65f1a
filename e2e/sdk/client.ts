import type { MessageItem } from "@openim/wasm-client-sdk";
import { GetFullGroupMemberUserIDs } from "@parley/protocol/methods/groups";
import { GetBlackList } from "@parley/protocol/methods/friends";

import { whenNothingHappens } from "../patience.ts";
import type { RunningServer } from "../server.ts";
import type { Device } from "./browser.ts";
import type { DataOf, Events, LocalFile, Method, SDK } from "./page/driven.ts";

/** An event as the SDK told it. */
interface Heard {
  event: string;
  data: unknown;
  isTaken: boolean;
}

/** The SDK refused; `code` is its errCode. */
export class SDKError extends Error {
  override readonly name = "SDKError";
  readonly code: number;

  constructor(action: string, error: unknown) {
    super(`${action}: ${JSON.stringify(error)}`);
    this.code = (error as { errCode?: number }).errCode ?? -1;
  }
}

/** A user at a device, by way of the SDK. */
export class Client {
  readonly userID: string;
  readonly platformID: number;
  readonly device: Device;
  readonly #server: RunningServer;
  readonly #tokenOf: (userID: string, platformID: number) => Promise<string>;
  readonly #heard: Heard[] = [];
  readonly #looking = new Set<() => void>();
  /** Groups whose members the SDK has fetched from the first to the last. */
  readonly #fetchedGroups = new Set<string>();
  #token = "";

  constructor(
    server: RunningServer,
    device: Device,
    {
      userID,
      platformID,
      tokenOf,
    }: {
      userID: string;
      platformID: number;
      tokenOf: (userID: string, platformID: number) => Promise<string>;
    },
  ) {
    this.#server = server;
    this.device = device;
    this.userID = userID;
    this.platformID = platformID;
    this.#tokenOf = tokenOf;
    device.hear = (event, data) => {
      if (event === "OnRecvNewMessages" && !this.#concerns(data)) return;
      this.#heard.push({ event, data, isTaken: false });
      this.#look();
    };
    const lastStep = server.api + GetFullGroupMemberUserIDs.path;
    device.answered = (request) => {
      if (request.url() !== lastStep || request.method() !== "POST") return;
      const { groupID } = request.postDataJSON() as { groupID: string };
      this.#fetchedGroups.add(groupID);
      this.#look();
    };
  }

  /**
   * The SDK takes a copy of what one sent for somebody else's message when it
   * reads it while signing out, and tells of it whoever sits there next.
   */
  #concerns(messages: unknown): boolean {
    return (messages as MessageItem[]).some(
      ({ sendID, recvID, groupID }) =>
        groupID !== "" || [sendID, recvID].includes(this.userID),
    );
  }

  #look(): void {
    for (const look of [...this.#looking]) look();
  }

  /** Signs in with a new token and waits until the SDK is in step. */
  async signIn(): Promise<void> {
    this.#token = await this.#tokenOf(this.userID, this.platformID);
    await this.#login();
  }

  /** Navigates to an empty page without telling the SDK, as a browser does. */
  async leavePage(): Promise<void> {
    await this.device.page.goto("about:blank");
  }

  /** Loads the page again and signs in with the token it had. */
  async returnToPage(): Promise<void> {
    await this.device.page.goBack();
    await this.#login();
  }

  async #login(): Promise<void> {
    const config = {
      userID: this.userID,
      platformID: this.platformID,
      token: this.#token,
      apiAddr: this.#server.api,
      wsAddr: this.#server.ws,
    };
    // The SDK reads the black list once more after OnSyncServerFinish, and
    // would take in without a word what the test puts there before that.
    const list = this.#server.api + GetBlackList.path;
    const inStep = this.device.page.waitForResponse(
      (response) =>
        response.url() === list && response.request().method() === "POST",
      { timeout: 0 },
    );
    // Nobody waits for it when the login fails.
    inStep.catch(() => undefined);
    const { error } = await this.within(
      "login",
      this.device.page.evaluate(
        (config) => window.driven.login(config),
        config,
      ),
    );
    if (error) throw new SDKError(`login${this.#circumstances()}`, error);
    await this.event("OnConnectSuccess");
    await this.event("OnSyncServerFinish");
    await this.within("the SDK to read the black list", inStep);
  }

  async signOut(): Promise<void> {
    await this.call("logout");
  }

  /** Calls a method of the SDK; throws SDKError if it refuses. */
  async call<Name extends Method>(
    method: Name,
    ...args: Parameters<SDK[Name]>
  ): Promise<DataOf<Name>> {
    const { data, error } = await this.within(
      method,
      this.device.page.evaluate(
        ([method, args]) => window.driven.call(method, args),
        [method, args as unknown[]] as const,
      ),
    );
    if (error) throw new SDKError(method + this.#circumstances(), error);
    return data as DataOf<Name>;
  }

  /** Sends texts to a user, one after the other; answers them as sent. */
  async say(recvID: string, ...texts: string[]): Promise<MessageItem[]> {
    const { data, error } = await this.within(
      `sendMessage of ${texts.length} texts`,
      this.device.page.evaluate(
        ([recvID, texts]) => window.driven.say(recvID, texts),
        [recvID, texts] as const,
      ),
    );
    if (error || !data)
      throw new SDKError(
        `sendMessage after ${data?.length ?? 0}${this.#circumstances()}`,
        error,
      );
    return data;
  }

  /** Sends texts to a group, one after the other; answers them as sent. */
  async sayIn(groupID: string, ...texts: string[]): Promise<MessageItem[]> {
    const sent: MessageItem[] = [];
    for (const text of texts) {
      const message = await this.call("createTextMessage", text);
      const params = { recvID: "", groupID, message };
      sent.push(await this.call("sendMessage", params));
    }
    return sent;
  }

  /** Uploads a file; answers its address. */
  async upload(file: LocalFile): Promise<string> {
    const { data, error } = await this.within(
      `uploadFile of ${file.name}`,
      this.device.page.evaluate((file) => window.driven.upload(file), file),
    );
    if (error || !data) throw new SDKError("uploadFile", error);
    return data.url;
  }

  /** Uploads a file and sends it to a user; answers the message. */
  async sendFile(recvID: string, file: LocalFile): Promise<MessageItem> {
    const { data, error } = await this.within(
      `sending ${file.name}`,
      this.device.page.evaluate(
        ([recvID, file]) => window.driven.sendFile(recvID, file),
        [recvID, file] as const,
      ),
    );
    if (error || !data)
      throw new SDKError(`sendMessage${this.#circumstances()}`, error);
    return data;
  }

  /** Waits until a message with this text came. */
  hear(text: string): Promise<MessageItem> {
    return this.until(`the text ${text}`, () =>
      this.received().find(({ textElem, atTextElem }) =>
        [textElem?.content, atTextElem?.text].includes(text),
      ),
    );
  }

  /** A conversation from its first message on, read back page by page. */
  async history(conversationID: string, count = 40): Promise<MessageItem[]> {
    const messages: MessageItem[] = [];
    for (;;) {
      const page = await this.call("getAdvancedHistoryMessageList", {
        conversationID,
        count,
        startClientMsgID: messages[0]?.clientMsgID ?? "",
        viewType: 0,
      });
      messages.unshift(...page.messageList);
      if (page.isEnd) return messages;
      if (page.messageList.length === 0)
        throw new Error(
          `history of ${conversationID} goes on before ${messages[0]?.clientMsgID}, but with no message${this.#circumstances()}`,
        );
    }
  }

  /** The conversation with another user. */
  with(userID: string): string {
    return `si_${[this.userID, userID].sort().join("_")}`;
  }

  /** Everything of an event so far, in order of arrival. */
  heard<Name extends keyof Events>(event: Name): Events[Name][] {
    return this.#heard
      .filter((each) => each.event === event)
      .map(({ data }) => data as Events[Name]);
  }

  /** Every message that was told of by OnRecvNewMessages, in that order. */
  received(): MessageItem[] {
    return this.heard("OnRecvNewMessages").flat();
  }

  /** Waits for an event that was not awaited before and for which this is so. */
  async event<Name extends keyof Events>(
    event: Name,
    isIt: (data: Events[Name]) => boolean = () => true,
  ): Promise<Events[Name]> {
    const found = await this.until(`${event} with ${isIt.toString()}`, () =>
      this.#heard.find(
        (each) =>
          !each.isTaken &&
          each.event === event &&
          isIt(each.data as Events[Name]),
      ),
    );
    found.isTaken = true;
    return found.data as Events[Name];
  }

  /**
   * Waits until the SDK knows a group and its members: what changes between the
   * two is in what it fetches, and not told as a change.
   */
  async joined(groupID: string): Promise<void> {
    await this.event(
      "OnJoinedGroupAdded",
      (group) => group.groupID === groupID,
    );
    await this.until(`the members of ${groupID}`, () =>
      this.#fetchedGroups.has(groupID),
    );
  }

  /** Looks after each event of the SDK, until it finds something. */
  until<Found>(
    what: string,
    find: () => Found | undefined | false,
  ): Promise<Found> {
    const { promise, resolve } = Promise.withResolvers<Found>();
    const look = (): void => {
      const found = find();
      if (found === undefined || found === false) return;
      this.#looking.delete(look);
      resolve(found);
    };
    this.#looking.add(look);
    look();
    return this.within(what, promise).finally(() => this.#looking.delete(look));
  }

  /** Calls it after each event of the SDK, until what it answers is called. */
  onEvent(look: () => void): () => void {
    this.#looking.add(look);
    return () => this.#looking.delete(look);
  }

  /** Throws, with what happened at both ends, if nothing happens any more. */
  async within<Value>(what: string, work: Promise<Value>): Promise<Value> {
    const { promise: tooLate, reject } = Promise.withResolvers<never>();
    const end = whenNothingHappens(() =>
      reject(
        new Error(
          `nothing happens any more, but ${this.userID} on platform ${this.platformID} waits for ${what}${this.#circumstances()}`,
        ),
      ),
    );
    return Promise.race([work, tooLate]).finally(end);
  }

  /** Renders what happened on both sides, for the message of a failed test. */
  #circumstances(): string {
    const heard = this.#heard
      .slice(-15)
      .map(({ event, data }) =>
        `${event} ${JSON.stringify(data)}`.slice(0, 200),
      );
    return [
      `; heard ${this.#heard.length} events, at last:`,
      ...heard,
      "The page's last complaints:",
      ...this.device.complaints.slice(-5).map((each) => each.slice(0, 400)),
      "The server's last lines:",
      ...this.#server.logs().trimEnd().split("\n").slice(-15),
    ].join("\n  ");
  }
}
