import { randomUUID } from "node:crypto";

import type { ResponseEnvelope } from "@parley/protocol/envelope";
import { ReqIdentifier } from "@parley/protocol/envelope";
import { SendMsgResp } from "@parley/protocol/generated/msg";
import {
  GetMaxSeqReq,
  GetMaxSeqResp,
  MsgData,
  PullMessageBySeqsReq,
  PullMessageBySeqsResp,
  PushMessages,
  SubUserOnlineStatus,
  SubUserOnlineStatusTips,
} from "@parley/protocol/generated/sdkws";
import type { SubUserOnlineStatusElem } from "@parley/protocol/generated/sdkws";
import { gobCodec } from "@parley/protocol/gob";
import { gunzipFrame, gzipFrame } from "@parley/protocol/gzip";
import type { Method } from "@parley/protocol/method";
import { jsonCodec } from "@parley/protocol/json-envelope";
import { GetAdminToken, GetUserToken } from "@parley/protocol/methods/auth";
import { UserRegister } from "@parley/protocol/methods/users";

import { whenNothingHappens } from "./patience.ts";

/** Encodings of frames: of the JS client, of the Go SDKs, and mixed. */
export type Encoding = "json" | "gob+gzip" | "gob" | "json+gzip";

const isJSON = (encoding: Encoding): boolean => encoding.startsWith("json");
const isGzip = (encoding: Encoding): boolean => encoding.endsWith("gzip");

/** A message that arrived unasked. */
export interface Pushed {
  conversationID: string;
  message: MsgData;
}

/** An answer with an error in it. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly code: number;

  constructor(code: number, errMsg: string) {
    super(`${code} ${errMsg}`);
    this.code = code;
  }
}

/** A method, or the path of one that there is not. */
export type Called = Pick<Method, "path"> | string;

export const pathOf = (called: Called): string =>
  typeof called === "string" ? called : called.path;

/** The administrator's side of a server, over REST. */
export class Admin {
  readonly #api: string;
  readonly #token: string;

  private constructor(api: string, token: string) {
    this.#api = api;
    this.#token = token;
  }

  static async signIn(api: string, secret = "openIM123"): Promise<Admin> {
    const { token } = await post<{ token: string }>(api, GetAdminToken, {
      secret,
      userID: "imAdmin",
    });
    return new Admin(api, token);
  }

  post<Data>(route: Called, body: object): Promise<Data> {
    return post(this.#api, route, body, this.#token);
  }

  /** Makes users whose ids are new in each run. */
  async users(...names: string[]): Promise<string[]> {
    const run = randomUUID().slice(0, 8);
    const users = names.map((name) => ({
      userID: `${name}${run}`,
      nickname: name,
    }));
    await this.post(UserRegister, { users });
    return users.map(({ userID }) => userID);
  }

  async tokenOf(userID: string, platformID = 5): Promise<string> {
    const { token } = await this.post<{ token: string }>(GetUserToken, {
      userID,
      platformID,
    });
    return token;
  }
}

/** Calls a route; throws RequestError for anything but errCode 0. */
export async function post<Data>(
  api: string,
  route: Called,
  body: object | string,
  token?: string,
): Promise<Data> {
  const response = await fetch(api + pathOf(route), {
    method: "POST",
    headers: { operationID: randomUUID(), ...(token && { token }) },
    body:
      typeof body === "string" || body instanceof FormData
        ? body
        : JSON.stringify(body),
  });
  const { errCode, errMsg, errDlt, data } = (await response.json()) as {
    errCode: number;
    errMsg: string;
    errDlt: string;
    data: Data;
  };
  if (errCode !== 0) throw new RequestError(errCode, `${errMsg} ${errDlt}`);
  return data;
}

export interface ConnectOptions {
  platformID?: number;
  encoding?: Encoding;
  isBackground?: boolean;
}

/** One connection of a user, as a person at a device sees it. */
export class Client implements AsyncDisposable {
  readonly userID: string;
  /** Everything pushed so far, in order of arrival. */
  readonly pushed: Pushed[] = [];
  /** Identifiers of frames that were neither answers nor messages. */
  readonly notices: number[] = [];
  /** Presence of watched users, in order of arrival. */
  readonly presence: SubUserOnlineStatusElem[] = [];
  /** Bytes of the largest frame so far, as it came. */
  largestFrame = 0;
  readonly #socket: WebSocket;
  readonly #encoding: Encoding;
  readonly #answers = new Map<string, (answer: ResponseEnvelope) => void>();
  readonly #waiting = new Set<() => void>();
  #closed: { code: number } | undefined;

  private constructor(userID: string, socket: WebSocket, encoding: Encoding) {
    this.userID = userID;
    this.#socket = socket;
    this.#encoding = encoding;
  }

  /** Resolves with the connect result; throws RequestError if it refuses. */
  static async connect(
    ws: string,
    userID: string,
    token: string,
    {
      platformID = 5,
      encoding = "json",
      isBackground = false,
    }: ConnectOptions = {},
  ): Promise<Client> {
    const query = new URLSearchParams({
      sendID: userID,
      token,
      platformID: String(platformID),
      operationID: randomUUID(),
      isBackground: String(isBackground),
      isMsgResp: "true",
      ...(isJSON(encoding) && { sdkType: "js" }),
      ...(isGzip(encoding) && { compression: "gzip" }),
    });
    const socket = new WebSocket(`${ws}/?${query}`);
    socket.binaryType = "arraybuffer";
    const client = new Client(userID, socket, encoding);
    await new Promise<void>((resolve, reject) => {
      socket.onclose = () => reject(new Error("closed while connecting"));
      socket.onerror = () => reject(new Error("cannot connect"));
      socket.onmessage = ({ data }) => {
        const result = JSON.parse(String(data)) as {
          errCode: number;
          errMsg: string;
        };
        if (result.errCode === 0) resolve();
        else reject(new RequestError(result.errCode, result.errMsg));
      };
    });
    socket.onerror = null;
    socket.onmessage = ({ data }) => client.#receive(data as ArrayBuffer);
    socket.onclose = ({ code }) => {
      client.#closed = { code };
      client.#wake();
    };
    return client;
  }

  get isClosed(): boolean {
    return this.#closed !== undefined;
  }

  /** Sends what is asked and answers the data of the reply. */
  async request(
    reqIdentifier: number,
    data: Uint8Array,
    operationID: string = randomUUID(),
  ): Promise<Uint8Array> {
    const msgIncr = randomUUID();
    const answers: ResponseEnvelope[] = [];
    this.#answers.set(msgIncr, (answer) => void answers.push(answer));
    const envelope = {
      reqIdentifier,
      token: "",
      sendID: this.userID,
      operationID,
      msgIncr,
      data,
    };
    const codec = isJSON(this.#encoding) ? jsonCodec : gobCodec;
    const frame = codec.encodeRequest(envelope);
    this.sendFrame(isGzip(this.#encoding) ? gzipFrame(frame) : frame);
    await this.until(() => answers.length > 0 || this.isClosed);
    const [answer] = answers;
    if (!answer) throw new Error("the connection ended before the answer");
    const { errCode, errMsg, data: reply } = answer;
    if (errCode !== 0) throw new RequestError(errCode, errMsg);
    return reply;
  }

  /** A frame as it stands. */
  sendFrame(frame: Uint8Array | string): void {
    this.#socket.send(frame as Uint8Array<ArrayBuffer> | string);
  }

  /** Says a text to a user; `more` replaces fields of the message. */
  async say(
    recvID: string,
    text: string,
    more: Partial<MsgData> = {},
  ): Promise<SendMsgResp> {
    const message: Partial<MsgData> = {
      sendID: this.userID,
      recvID,
      clientMsgID: randomUUID(),
      senderPlatformID: 5,
      sessionType: 1,
      msgFrom: 100,
      contentType: 101,
      content: new TextEncoder().encode(JSON.stringify({ content: text })),
      createTime: Date.now(),
      status: 1,
      ...more,
    };
    return SendMsgResp.decode(
      await this.request(ReqIdentifier.sendMsg, MsgData.encode(message)),
    );
  }

  /** The newest seqs of what the user can see. */
  async newestSeqs(): Promise<Record<string, number>> {
    const data = GetMaxSeqReq.encode({ userID: this.userID });
    const answer = await this.request(ReqIdentifier.getNewestSeq, data);
    return GetMaxSeqResp.decode(answer).maxSeqs;
  }

  /** A conversation's messages begin..end as this user sees them. */
  async pull(
    conversationID: string,
    begin: number,
    end: number,
  ): Promise<MsgData[]> {
    const data = PullMessageBySeqsReq.encode({
      userID: this.userID,
      seqRanges: [{ conversationID, begin, end, num: end - begin + 1 }],
    });
    const answer = PullMessageBySeqsResp.decode(
      await this.request(ReqIdentifier.pullMsgByRange, data),
    );
    const found =
      answer.msgs[conversationID] ?? answer.notificationMsgs[conversationID];
    return found?.Msgs ?? [];
  }

  /** Hears of these users from now on; answers where the first is online. */
  watch(...userIDs: string[]): Promise<number[]> {
    return this.#subscribe({ subscribeUserID: userIDs });
  }

  async unwatch(...userIDs: string[]): Promise<void> {
    await this.#subscribe({ unsubscribeUserID: userIDs });
  }

  async #subscribe(wanted: Partial<SubUserOnlineStatus>): Promise<number[]> {
    const { subscribers } = SubUserOnlineStatusTips.decode(
      await this.request(
        ReqIdentifier.subUserOnlineStatus,
        SubUserOnlineStatus.encode(wanted),
      ),
    );
    return subscribers[0]?.onlinePlatformIDs ?? [];
  }

  /** Texts pushed in a conversation, in order of arrival. */
  heard(conversationID?: string): string[] {
    return this.pushed
      .filter(
        (each) =>
          each.message.contentType === 101 &&
          (conversationID ?? each.conversationID) === each.conversationID,
      )
      .map(({ message }) => textOf(message));
  }

  /** Waits until this is so; says what there is when it never is. */
  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = whenNothingHappens(() => {
        this.#waiting.delete(look);
        reject(
          new Error(
            `nothing happens any more, but for ${String(isSo)}; ${this.userID} heard ${JSON.stringify(this.heard().slice(-5))}, ${this.pushed.length} pushes`,
          ),
        );
      });
      const look = (): void => {
        if (!isSo()) return;
        end();
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  async closed(): Promise<number> {
    await this.until(() => this.isClosed);
    return this.#closed?.code ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isClosed) return;
    this.#socket.close();
    await this.closed();
  }

  #receive(data: ArrayBuffer): void {
    const frame = new Uint8Array(data);
    this.largestFrame = Math.max(this.largestFrame, frame.length);
    const codec = isJSON(this.#encoding) ? jsonCodec : gobCodec;
    const envelope = codec.decodeResponse(
      isGzip(this.#encoding) ? gunzipFrame(frame, 16_777_216) : frame,
    );
    const waiting = this.#answers.get(envelope.msgIncr);
    if (waiting) {
      this.#answers.delete(envelope.msgIncr);
      waiting(envelope);
    } else if (envelope.reqIdentifier === ReqIdentifier.pushMsg) {
      const { msgs, notificationMsgs } = PushMessages.decode(envelope.data);
      for (const [conversationID, { Msgs }] of Object.entries({
        ...msgs,
        ...notificationMsgs,
      }))
        for (const message of Msgs)
          this.pushed.push({ conversationID, message });
    } else {
      this.notices.push(envelope.reqIdentifier);
      if (envelope.reqIdentifier === ReqIdentifier.subUserOnlineStatus)
        this.presence.push(
          ...SubUserOnlineStatusTips.decode(envelope.data).subscribers,
        );
    }
    this.#wake();
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
  }
}

export function textOf({ content }: MsgData): string {
  const { content: text } = JSON.parse(new TextDecoder().decode(content)) as {
    content: string;
  };
  return text;
}
