import { isObject, parseJson, toText } from "./json.ts";
import type { Json } from "./json.ts";
import { bytesOf, idHash, md5 } from "./payload.ts";
import type { Payload } from "./payload.ts";

/** Values of `$name` in one run of one scenario. */
export type Variables = Map<string, Json>;

/** The value with every `$name` and `${name}` in it replaced. */
export function fill(value: Json, variables: Variables): Json {
  if (typeof value === "string") return fillText(value, variables);
  if (Array.isArray(value)) return value.map((each) => fill(each, variables));
  if (!isObject(value)) return value;
  const json = value["<json>"];
  if (json !== undefined) return JSON.stringify(fill(json, variables));
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [
      toText(fillText(key, variables)),
      fill(child, variables),
    ]),
  );
}

/** A text that is one variable and nothing else becomes its value, of any kind. */
function fillText(text: string, variables: Variables): Json {
  const whole = /^\$\{?(\w+)\}?$/.exec(text)?.[1] ?? "";
  const value = variables.get(whole);
  if (value !== undefined) return value;
  return text.replace(
    /\$\{(\w+)\}|\$(\w+)/g,
    (found, braced: string | undefined, bare: string) => {
      if (braced === undefined) return fillLongest(bare, variables) ?? found;
      const value = variables.get(braced);
      return value === undefined ? found : toText(value);
    },
  );
}

/** "$annX" is "$ann" before an X, unless there is a variable annX. */
function fillLongest(name: string, variables: Variables): string | undefined {
  for (let length = name.length; length > 0; length--) {
    const value = variables.get(name.slice(0, length));
    if (value !== undefined) return toText(value) + name.slice(length);
  }
  return undefined;
}

/** A variable may be computed from those before it. */
export function evaluate(definition: Json, variables: Variables): Json {
  const value = fill(definition, variables);
  if (!isObject(value)) return value;
  if ("md5" in value) return md5(bytesOf(value["md5"] as Payload));
  if ("base64" in value)
    return encodeURIComponent(
      Buffer.from(toText(value["base64"] ?? "")).toString("base64"),
    );
  if ("idHash" in value) return idHash(value["idHash"]);
  return value;
}

/** Keys whose text is an id that the server made up. */
const idKeys =
  /^(clientMsgID|serverMsgID|operationID|versionID|logID|msgID|uploadID|_?id|hash|etag|cause|handleUserNickname__)$/i;

const uuids =
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;
const hexIds = /\b[0-9a-f]{24}\b|\b[0-9a-f]{32}\b/g;

/**
 * An answer as recordings have it: variables by their names, what differs in
 * each run by its kind ("<ms>", "<id>", "<token>" …), JSON inside of texts
 * opened up.
 */
export function mask(value: Json, variables: Variables): Json {
  return maskValue(value, namesByLength(variables), "");
}

/** Longest first, as one value may be the beginning of another. */
type Names = readonly (readonly [name: string, value: string])[];

function namesByLength(variables: Variables): Names {
  return [...variables]
    .filter(
      (entry): entry is [string, string] =>
        typeof entry[1] === "string" && entry[1].length > 3,
    )
    .sort(([, a], [, b]) => b.length - a.length);
}

function maskValue(value: Json, names: Names, key: string): Json {
  if (typeof value === "string") return maskText(value, names, key);
  if (typeof value === "number") return maskNumber(value);
  if (Array.isArray(value))
    return value.map((each) => maskValue(each, names, key));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [
      toText(maskText(name, names, "")),
      name === "errDlt"
        ? child
          ? "<detail>"
          : ""
        : maskValue(child, names, name),
    ]),
  );
}

function maskText(raw: string, names: Names, key: string): Json {
  let text = raw;
  for (const [name, value] of names)
    text = text.split(value).join(`\${${name}}`);
  text = text.replace(/\$\{(\w+)\}(?!\w)/g, "$$$1");
  if (key === "content" && /^eyJ[A-Za-z0-9+/]*=*$/.test(raw)) {
    const json = parseJson(Buffer.from(raw, "base64").toString());
    if (json !== undefined) return { "<base64>": maskValue(json, names, "") };
  }
  if (/^[[{]/.test(text)) {
    const json = parseJson(text);
    if (json !== undefined) return { "<json>": maskValue(json, names, key) };
  }
  if (/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) return "<token>";
  if (/^https?:\/\//.test(text) && /127\.0\.0\.1|localhost/.test(text))
    return "<url>";
  if (text && idKeys.test(key) && !text.includes("$")) return "<id>";
  return text.replace(uuids, "<id>").replace(hexIds, "<id>");
}

const dayMs = 24 * 60 * 60 * 1000;

function maskNumber(value: number): Json {
  if (!Number.isInteger(value)) return value;
  const now = Date.now();
  if (Math.abs(value - now) < 2 * dayMs) return "<ms>";
  if (Math.abs(value - now / 1000) < (2 * dayMs) / 1000) return "<s>";
  return value;
}
