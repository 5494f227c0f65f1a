// The part of protobuf that a chat needs. A field is its number and wire type, then
// a varint (type 0), or a length and that many bytes (type 2: texts and messages).
export const utf8 = (text) => new TextEncoder().encode(text);
export const text = (bytes) => new TextDecoder().decode(bytes);

/** Encodes fields ({ number: number or text }); returns base64. */
export const encode = (fields) =>
  btoa(String.fromCharCode(...Object.entries(fields).flatMap(encodeField)));

function encodeField([id, value]) {
  if (typeof value === "number") return [...varint(id * 8), ...varint(value)];
  const bytes = utf8(value);
  return [...varint(id * 8 + 2), ...varint(bytes.length), ...bytes];
}

const varint = (n) =>
  n < 128 ? [n] : [(n % 128) + 128, ...varint(Math.floor(n / 128))];

/** Returns the fields by number; a repeated field has its last value. */
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
