import { maxMessageBytes } from "@parley/protocol/frame-size";
import { goStringify, NumberToken, parseJSON } from "@parley/protocol/go-json";
import type { JSONValue } from "@parley/protocol/go-json";

/** Maximum bytes of a notice without its content. */
const aroundContent = 16_384;
const maxContentBytes = maxMessageBytes - aroundContent;

/** Longest name of a sender; names from before the limit may be longer. */
const maxNameLength = 1_024;

export const shortName = (name = ""): string => name.slice(0, maxNameLength);

/**
 * Returns the content of a notice, within the size that clients accept: if the
 * profiles of users and groups make it too large, it omits the longest texts,
 * and the version that clients compare, so that they fetch the change.
 */
export function noticeContent(detail: string): Buffer {
  const content = contentOf(detail);
  if (content.length <= maxContentBytes) return content;
  const value = parseJSON(detail);
  const texts = [...freeTexts(value)].sort((a, b) => b.bytes - a.bytes);
  let excess = content.length - maxContentBytes;
  for (const { holder, key, bytes } of texts) {
    if (excess <= 0) break;
    holder[key] = "";
    excess -= bytes;
  }
  return contentOf(goStringify(value));
}

const contentOf = (detail: string): Buffer =>
  Buffer.from(goStringify({ detail }));

interface FreeText {
  holder: Record<string, JSONValue>;
  key: string;
  /** Bytes that it takes of the content. */
  bytes: number;
}

const freeNames: ReadonlySet<string> = new Set([
  "ex",
  "faceURL",
  "groupName",
  "introduction",
  "nickname",
  "notification",
]);

function* freeTexts(value: JSONValue): Generator<FreeText> {
  if (Array.isArray(value)) {
    for (const each of value) yield* freeTexts(each);
    return;
  }
  if (!isObject(value)) return;
  for (const [key, each] of Object.entries(value)) {
    if (typeof each !== "string") yield* freeTexts(each);
    else if (/VersionID$/.test(key)) value[key] = "";
    else if (freeNames.has(key) && each !== "") {
      const bytes = contentOf(goStringify(each)).length;
      yield { holder: value, key, bytes: bytes - emptyBytes };
    }
  }
}

const emptyBytes = contentOf('""').length;

const isObject = (value: JSONValue): value is Record<string, JSONValue> =>
  typeof value === "object" &&
  value !== null &&
  !(value instanceof NumberToken);
