// As much protobuf as a chat needs: numbers, and texts or messages as bytes. A field
// is its number and kind, then a varint (kind 0) or so many bytes (kind 2).
export const utf8 = (text) => new TextEncoder().encode(text);
export const text = (bytes) => new TextDecoder().decode(bytes);

/** Fields by their numbers, each a number or a text, as base64. */
export const encode = (fields) =>
  btoa(String.fromCharCode(...Object.entries(fields).flatMap(encodeField)));

function encodeField([id, value]) {
  if (typeof value === "number") return [...varint(id * 8), ...varint(value)];
  const bytes = utf8(value);
  return [...varint(id * 8 + 2), ...varint(bytes.length), ...bytes];
}

const varint = (n) =>
  n < 128 ? [n] : [(n % 128) + 128, ...varint(Math.floor(n / 128))];

/** Fields by their numbers; of those that come more than once, the last. */
export function decode(base64OrBytes) {
  const bytes = toBytes(base64OrBytes);
  const fields = {};
  let at = 0;
  const next = () => {
    for (let n = 0, scale = 1; ; scale *= 128) {
      n += (bytes[at] % 128) * scale;
      if (bytes[at++] < 128) return n;
    }
  };
  while (at < bytes.length) {
    const [key, n] = [next(), next()];
    fields[key >> 3] = key % 8 === 0 ? n : bytes.subarray(at, (at += n));
  }
  return fields;
}

const toBytes = (base64OrBytes) =>
  typeof base64OrBytes === "string"
    ? Uint8Array.from(atob(base64OrBytes), (char) => char.charCodeAt(0))
    : base64OrBytes;
