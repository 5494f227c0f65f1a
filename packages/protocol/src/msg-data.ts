import { descriptorOf, type Field as MessageField } from "./descriptor.ts";
import { errors } from "./errors.ts";
import { MsgData } from "./generated/sdkws.ts";
import { maxItemsOf, maxKeyLength } from "./limits.ts";
import { readUTF8, utf8Length } from "./utf8.ts";
import { WireReader, WireType } from "./wire-reader.ts";
import { varintSize, WireWriter } from "./wire-writer.ts";

// sdkws.MsgData without a codec: a message is stored and sent on as the bytes
// that came, so all there is to do is to find some fields and replace others.

/** Numbers of sdkws.MsgData's fields. */
const Field = {
  sendID: 1,
  recvID: 2,
  groupID: 3,
  clientMsgID: 4,
  serverMsgID: 5,
  senderPlatformID: 6,
  senderNickname: 7,
  senderFaceURL: 8,
  sessionType: 9,
  msgFrom: 10,
  contentType: 11,
  content: 12,
  seq: 14,
  sendTime: 15,
  createTime: 16,
  status: 17,
  isRead: 18,
  options: 19,
  offlinePushInfo: 20,
  atUserIDList: 21,
  attachedInfo: 22,
  ex: 23,
} as const;

/** The field's tag where its wire type is the right one. */
const varintTag = (field: number): number => (field << 3) | WireType.varint;
const delimitedTag = (field: number): number =>
  (field << 3) | WireType.delimited;

const maxOptions = maxItemsOf("openim.sdkws.MsgData", "options");
const maxAtUsers = maxItemsOf("openim.sdkws.MsgData", "atUserIDList");
/**
 * Maximum number of fields in a sent message: options, at-users, and the single
 * fields with room for new ones.
 */
const maxSentFields = maxOptions + maxAtUsers + 100;

const limitsOf = (field: number): MessageField => {
  const found = descriptorOf("openim.sdkws.MsgData").byNumber[field];
  if (!found) throw new Error(`MsgData has no field ${field}`);
  return found;
};
const textLimits = [
  Field.sendID,
  Field.recvID,
  Field.groupID,
  Field.clientMsgID,
  Field.serverMsgID,
  Field.senderNickname,
  Field.senderFaceURL,
  Field.attachedInfo,
  Field.ex,
].map((field) => ({ field, most: limitsOf(field).maxLength }));
const maxItemLength = Math.min(
  maxKeyLength,
  limitsOf(Field.atUserIDList).maxLength,
);
/**
 * A push info with at most this many bytes cannot have a text that is too long.
 */
const maxPushInfoLength = Math.min(
  ...limitsOf(Field.offlinePushInfo)
    .message.fields.filter(({ kind }) => kind === "string")
    .map(({ maxLength }) => maxLength),
);
const { least: leastTime, most: mostTime } = limitsOf(Field.sendTime);

/** Start and end of each field; both 0 where there is none. */
const noSpans: readonly number[] = new Array<number>(48).fill(0);

/**
 * A lazily parsed message: numbers are read at once, texts on access. Keeps a
 * reference to its bytes.
 */
export class MsgDataView {
  readonly bytes: Uint8Array;
  senderPlatformID = 0;
  sessionType = 0;
  msgFrom = 0;
  contentType = 0;
  seq = 0;
  sendTime = 0;
  createTime = 0;
  status = 0;
  isRead = false;
  hasOfflinePushInfo = false;
  optionCount = 0;
  atUserCount = 0;
  /** Bytes of the longest option or at-user, and of what is pushed offline. */
  #longestItem = 0;
  #pushInfoLength = 0;
  #hasCutNumber = false;

  readonly #spans = noSpans.slice();
  /** Offsets of the first option and the first at-user; -1: none. */
  #firstOption = -1;
  #firstAtUser = -1;
  #options: ReadonlyMap<string, boolean> | null = null;
  #sendID: string | undefined;
  #recvID: string | undefined;
  #groupID: string | undefined;
  #clientMsgID: string | undefined;

  /** Use `readMsgData` or `readSentMsgData`. */
  constructor(bytes: Uint8Array, maxFields: number) {
    this.bytes = bytes;
    const reader = new WireReader(bytes);
    for (let count = 0; !reader.isAtEnd; count++) {
      if (count === maxFields)
        throw errors.args(`a message has more than ${maxFields} fields`);
      this.#readField(reader);
    }
    this.#hasCutNumber = reader.hasCutNumber;
  }

  /** False when some text or number might be beyond its limit. */
  isSurelyWithinLimits(): boolean {
    const { sendTime, createTime } = this;
    if (this.#longestItem > maxItemLength) return false;
    if (this.#pushInfoLength > maxPushInfoLength) return false;
    if (this.#hasCutNumber || !Number.isSafeInteger(this.seq)) return false;
    if (sendTime < leastTime || sendTime > mostTime) return false;
    if (createTime < leastTime || createTime > mostTime) return false;
    for (const { field, most } of textLimits)
      if (this.#spans[2 * field + 1]! - this.#spans[2 * field]! > most)
        return false;
    return true;
  }

  get sendID(): string {
    return (this.#sendID ??= this.#text(Field.sendID));
  }
  get recvID(): string {
    return (this.#recvID ??= this.#text(Field.recvID));
  }
  get groupID(): string {
    return (this.#groupID ??= this.#text(Field.groupID));
  }
  get clientMsgID(): string {
    return (this.#clientMsgID ??= this.#text(Field.clientMsgID));
  }
  get serverMsgID(): string {
    return this.#text(Field.serverMsgID);
  }
  get senderNickname(): string {
    return this.#text(Field.senderNickname);
  }
  get senderFaceURL(): string {
    return this.#text(Field.senderFaceURL);
  }
  get attachedInfo(): string {
    return this.#text(Field.attachedInfo);
  }
  get ex(): string {
    return this.#text(Field.ex);
  }

  /** A view of the message's own bytes. */
  get content(): Uint8Array {
    const start = this.#spans[2 * Field.content]!;
    return this.bytes.subarray(start, this.#spans[2 * Field.content + 1]);
  }
  get contentLength(): number {
    return (
      this.#spans[2 * Field.content + 1]! - this.#spans[2 * Field.content]!
    );
  }

  /** Returns the ids that `conversationIDOf` needs. */
  ids() {
    const { sessionType, sendID, recvID, groupID } = this;
    return { sessionType, sendID, recvID, groupID };
  }

  /** undefined: not said, which means true (docs/wire/conversations.md#options). */
  option(name: string): boolean | undefined {
    return this.#firstOption < 0 ? undefined : this.options()?.get(name);
  }

  /** null: the message has none. */
  options(): ReadonlyMap<string, boolean> | null {
    if (this.#firstOption < 0) return null;
    return (this.#options ??= readOptions(this.bytes, this.#firstOption));
  }

  get atUserIDList(): string[] {
    const list: string[] = [];
    if (this.#firstAtUser < 0) return list;
    const reader = new WireReader(this.bytes, this.#firstAtUser);
    while (!reader.isAtEnd) {
      const tag = reader.tag();
      if (tag === delimitedTag(Field.atUserIDList)) {
        const start = reader.delimited();
        list.push(readUTF8(this.bytes, start, reader.position));
      } else reader.skip(tag);
    }
    return list;
  }

  #readField(reader: WireReader): void {
    const fieldStart = reader.position;
    const tag = reader.tag();
    switch (tag) {
      case varintTag(Field.senderPlatformID):
        this.senderPlatformID = reader.int32();
        return;
      case varintTag(Field.sessionType):
        this.sessionType = reader.int32();
        return;
      case varintTag(Field.msgFrom):
        this.msgFrom = reader.int32();
        return;
      case varintTag(Field.contentType):
        this.contentType = reader.int32();
        return;
      case delimitedTag(Field.content): {
        const start = reader.delimited();
        this.#keep(Field.content, start, reader.position);
        return;
      }
      case varintTag(Field.seq):
        this.seq = reader.int64();
        return;
      case varintTag(Field.sendTime):
        this.sendTime = reader.int64();
        return;
      case varintTag(Field.createTime):
        this.createTime = reader.int64();
        return;
      case varintTag(Field.status):
        this.status = reader.int32();
        return;
      case varintTag(Field.isRead):
        this.isRead = reader.bool();
        return;
      case delimitedTag(Field.options):
        if (this.#firstOption < 0) this.#firstOption = fieldStart;
        this.optionCount++;
        this.#tookItem(requireOption(reader));
        return;
      case delimitedTag(Field.offlinePushInfo):
        this.hasOfflinePushInfo = true;
        this.#pushInfoLength += requirePushInfo(reader);
        return;
      case delimitedTag(Field.atUserIDList): {
        if (this.#firstAtUser < 0) this.#firstAtUser = fieldStart;
        this.atUserCount++;
        const start = reader.text();
        this.#tookItem(reader.position - start);
        return;
      }
      case delimitedTag(Field.sendID):
      case delimitedTag(Field.recvID):
      case delimitedTag(Field.groupID):
      case delimitedTag(Field.clientMsgID):
      case delimitedTag(Field.serverMsgID):
      case delimitedTag(Field.senderNickname):
      case delimitedTag(Field.senderFaceURL):
      case delimitedTag(Field.attachedInfo):
      case delimitedTag(Field.ex): {
        const start = reader.text();
        this.#keep(tag >>> 3, start, reader.position);
        return;
      }
      default:
        // Unknown, or of another type than ours: carried as it is.
        reader.skip(tag);
    }
  }

  #tookItem(length: number): void {
    if (length > this.#longestItem) this.#longestItem = length;
  }

  #keep(field: number, start: number, end: number): void {
    this.#spans[2 * field] = start;
    this.#spans[2 * field + 1] = end;
  }

  #text(field: number): string {
    return readUTF8(
      this.bytes,
      this.#spans[2 * field]!,
      this.#spans[2 * field + 1]!,
    );
  }
}

/**
 * Reads sdkws.MsgData; throws WireError unless every receiver's decoder will
 * accept the bytes, too: one message that it does not would spoil whatever
 * answer it is in.
 */
export function readMsgData(bytes: Uint8Array): MsgDataView {
  return new MsgDataView(bytes, Infinity);
}

/**
 * Reads the contentType alone, of bytes that `readMsgData` accepts: a pull asks it of
 * every message.
 */
export function contentTypeOf(bytes: Uint8Array): number {
  const at = findField(bytes, varintTag(Field.contentType));
  if (at === absent) return 0;
  const low = bytes[at] ?? 0x80;
  if (low < 0x80) return low;
  const high = bytes[at + 1] ?? 0x80;
  if (high >= 0x80) return readMsgData(bytes).contentType;
  return (low & 0x7f) | (high << 7);
}

/**
 * Returns whether somebody else sent the message to this user, of bytes that
 * `readMsgData` accepts. `encoded` is the userID.
 */
export function isReceivedBy(
  bytes: Uint8Array,
  userID: string,
  encoded: Uint8Array,
): boolean {
  const receiver = findField(bytes, delimitedTag(Field.recvID));
  const sender = findField(bytes, delimitedTag(Field.sendID));
  if (isShortText(bytes, receiver) && isShortText(bytes, sender))
    return (
      isTextAt(bytes, receiver, encoded) && !isTextAt(bytes, sender, encoded)
    );
  const { sendID, recvID } = readMsgData(bytes);
  return recvID === userID && sendID !== userID;
}

/** Its length is one byte. */
const isShortText = (bytes: Uint8Array, at: number): boolean =>
  at >= 0 && bytes[at]! < 0x80;

function isTextAt(bytes: Uint8Array, at: number, text: Uint8Array): boolean {
  const { length } = text;
  if (bytes[at] !== length) return false;
  for (let i = 0; i < length; i++)
    if (bytes[at + 1 + i] !== text[i]) return false;
  return true;
}

/** The message has no such field. */
const absent = -1;
/** The message is not written as encoders do it, so it has to be read as a whole. */
const unusual = -2;

/**
 * Returns where the value of the last field with this tag begins, of bytes that
 * `readMsgData` accepts.
 */
function findField(bytes: Uint8Array, wanted: number): number {
  const { length } = bytes;
  let found = absent;
  for (let at = 0; at < length;) {
    let tag = bytes[at++]!;
    if (tag >= 0x80) tag = (tag & 0x7f) | (bytes[at++]! << 7);
    // What takes more than two bytes is none of ours, or written the long way.
    if (tag >= 0x4000) return unusual;
    if (tag === wanted) found = at;
    switch (tag & 7) {
      case WireType.varint:
        while (bytes[at++]! >= 0x80);
        break;
      case WireType.delimited: {
        let size = 0;
        let byte = 0x80;
        for (let shift = 0; byte >= 0x80; shift += 7) {
          if (shift > 21) return unusual;
          byte = bytes[at++]!;
          size |= (byte & 0x7f) << shift;
        }
        at += size;
        break;
      }
      default:
        return unusual;
    }
  }
  return found;
}

/**
 * The same for one that is to be sent: also throws errors.args when it is
 * beyond its limits (limits.ts).
 */
export function readSentMsgData(bytes: Uint8Array): MsgDataView {
  const view = new MsgDataView(bytes, maxSentFields);
  if (view.optionCount > maxOptions)
    throw errors.args(`options has more than ${maxOptions} items`);
  if (view.atUserCount > maxAtUsers)
    throw errors.args(`atUserIDList has more than ${maxAtUsers} items`);
  if (!view.isSurelyWithinLimits()) MsgData.limited.decode(bytes);
  return view;
}

const keyTag = delimitedTag(1);
const valueTag = varintTag(2);

function readOptions(
  bytes: Uint8Array,
  start: number,
): ReadonlyMap<string, boolean> {
  const options = new Map<string, boolean>();
  const reader = new WireReader(bytes, start);
  while (!reader.isAtEnd) {
    const tag = reader.tag();
    if (tag !== delimitedTag(Field.options)) {
      reader.skip(tag);
      continue;
    }
    const outerEnd = reader.enter();
    let name = "";
    let value = false;
    while (!reader.isAtEnd) {
      const tag = reader.tag();
      if (tag === keyTag) {
        const nameStart = reader.delimited();
        name = readUTF8(bytes, nameStart, reader.position);
      } else if (tag === valueTag) value = reader.bool();
      else reader.skip(tag);
    }
    reader.end = outerEnd;
    options.set(name, value);
  }
  return options;
}

/** Reads an option and returns its length in bytes. */
function requireOption(reader: WireReader): number {
  const outerEnd = reader.enter();
  const start = reader.position;
  while (!reader.isAtEnd) {
    const tag = reader.tag();
    if (tag === keyTag) reader.text();
    else reader.skip(tag);
  }
  reader.end = outerEnd;
  return reader.position - start;
}

/** Reads push info, whose fields are texts but for the fifth; returns its length in bytes. */
function requirePushInfo(reader: WireReader): number {
  const outerEnd = reader.enter();
  const start = reader.position;
  while (!reader.isAtEnd) {
    const tag = reader.tag();
    const field = tag >>> 3;
    if (tag === delimitedTag(field) && field <= 6 && field !== 5) reader.text();
    else reader.skip(tag);
  }
  reader.end = outerEnd;
  return reader.position - start;
}

/** Fields to replace; absent fields do not change. */
export interface MsgDataPatch {
  contentType?: number;
  content?: Uint8Array;
  status?: number;
  isRead?: boolean;
}

export interface MsgDataChanges extends MsgDataPatch {
  serverMsgID?: string;
  sendTime?: number;
  /** Replaces all of them; null takes them away. */
  options?: ReadonlyMap<string, boolean> | null;
}

/** The message with these changes and without a seq. */
export function rewriteMsgData(
  view: MsgDataView,
  changes: MsgDataChanges,
): Uint8Array<ArrayBuffer> {
  return replace(view.bytes, changes, 1 << Field.seq);
}

/** The same as a patch of isRead alone, which is nearly always at the end. */
export function withIsRead(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  if (findField(bytes, varintTag(Field.isRead)) !== absent)
    return patchMsgData(bytes, { isRead: true });
  const writer = new WireWriter(bytes.length + 3);
  writer.raw(bytes);
  writeVarint(writer, Field.isRead, 1);
  return writer.finish();
}

/** The message with these changes; its seq stays. */
export function patchMsgData(
  bytes: Uint8Array,
  patch: MsgDataPatch,
): Uint8Array<ArrayBuffer> {
  return replace(bytes, patch, 0);
}

/**
 * Gives a message without a seq this one, and a sendTime where it has none;
 * 0 stays unsaid.
 */
export function sealMsgData(
  unsealed: Uint8Array,
  seq: number,
  sendTime = 0,
): Uint8Array<ArrayBuffer> {
  const seqRoom = seq === 0 ? 0 : 1 + varintSize(seq);
  const timeRoom = sendTime === 0 ? 0 : 1 + varintSize(sendTime);
  const writer = new WireWriter(unsealed.length + seqRoom + timeRoom);
  writer.raw(unsealed);
  writeVarint(writer, Field.seq, seq);
  writeVarint(writer, Field.sendTime, sendTime);
  return writer.finish();
}

/** `left` has a bit for the number of each field to be left out. */
function replace(
  bytes: Uint8Array,
  changes: MsgDataChanges,
  left: number,
): Uint8Array<ArrayBuffer> {
  const { serverMsgID, contentType, content, sendTime, options } = changes;
  const { status, isRead } = changes;
  // Room for the numbers, with their tags and signs, and for lengths.
  let room = 64;
  if (serverMsgID !== undefined) {
    left |= 1 << Field.serverMsgID;
    room += 3 * serverMsgID.length;
  }
  if (contentType !== undefined) left |= 1 << Field.contentType;
  if (content !== undefined) {
    left |= 1 << Field.content;
    room += content.length;
  }
  if (sendTime !== undefined) left |= 1 << Field.sendTime;
  if (status !== undefined) left |= 1 << Field.status;
  if (isRead !== undefined) left |= 1 << Field.isRead;
  if (options !== undefined) {
    left |= 1 << Field.options;
    if (options) room += optionsSize(options);
  }

  const writer = new WireWriter(bytes.length + room);
  copyFields(writer, bytes, left);
  if (serverMsgID) {
    writer.varint(delimitedTag(Field.serverMsgID));
    writer.text(serverMsgID);
  }
  writeVarint(writer, Field.contentType, contentType);
  if (content !== undefined && content.length > 0) {
    writer.varint(delimitedTag(Field.content));
    writer.delimited(content);
  }
  writeVarint(writer, Field.sendTime, sendTime);
  writeVarint(writer, Field.status, status);
  if (isRead === true) writeVarint(writer, Field.isRead, 1);
  if (options) writeOptions(writer, options);
  return writer.finish();
}

/** Copies runs of fields that stay. */
function copyFields(writer: WireWriter, bytes: Uint8Array, left: number): void {
  const reader = new WireReader(bytes);
  let runStart = 0;
  while (!reader.isAtEnd) {
    const start = reader.position;
    const tag = reader.tag();
    reader.skip(tag);
    if (tag >>> 3 > Field.ex || (left & (1 << (tag >>> 3))) === 0) continue;
    if (start > runStart) writer.raw(bytes.subarray(runStart, start));
    runStart = reader.position;
  }
  if (runStart < bytes.length)
    writer.raw(runStart === 0 ? bytes : bytes.subarray(runStart));
}

function writeVarint(
  writer: WireWriter,
  field: number,
  value: number | undefined,
): void {
  if (value === undefined || value === 0) return;
  writer.varint(varintTag(field));
  writer.varint(value);
}

/** An entry's name with its tag and length, then its value with its tag. */
function optionSize(nameLength: number): number {
  return 1 + varintSize(nameLength) + nameLength + 2;
}

function optionsSize(options: ReadonlyMap<string, boolean>): number {
  let size = 0;
  for (const name of options.keys()) {
    const entry = optionSize(utf8Length(name));
    size += 2 + varintSize(entry) + entry;
  }
  return size;
}

function writeOptions(
  writer: WireWriter,
  options: ReadonlyMap<string, boolean>,
): void {
  for (const [name, value] of options) {
    const nameLength = utf8Length(name);
    writer.varint(delimitedTag(Field.options));
    writer.varint(optionSize(nameLength));
    writer.varint(keyTag);
    writer.text(name, nameLength);
    // Written even when false: absent would mean the same, to most.
    writer.varint(valueTag);
    writer.varint(value ? 1 : 0);
  }
}
