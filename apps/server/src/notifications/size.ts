import { maxMessageBytes } from "@parley/protocol/frame-size";
import { goStringify, NumberToken, parseJSON } from "@parley/protocol/go-json";
import type { JSONValue } from "@parley/protocol/go-json";

/** Bytes of a notice besides its content. */
const aroundContent = 16_384;
const maxContentBytes = maxMessageBytes - aroundContent;

/** Longest name of a sender; names from before the limit may be longer. */
const maxNameLength = 1_024;

export const shortName = (name = ""): string => name.slice(0, maxNameLength);

/**
 * The content of a notice, which names people and groups with all that they say of
 * themselves. Where that is more than clients take, the longest texts are left out, and
 * so is what a client compares its version with: it fetches then what it was told of.
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
