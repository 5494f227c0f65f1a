// The typed arrays' own methods are neither in Node before 25 nor in every
// browser that clients use.
const hasNative =
  "fromBase64" in Uint8Array && "toBase64" in Uint8Array.prototype;

/** Standard alphabet with padding; throws SyntaxError for anything else. */
export function fromBase64(text: string): Uint8Array {
  return hasNative
    ? Uint8Array.fromBase64(text, { lastChunkHandling: "strict" })
    : portableFromBase64(text);
}

export function toBase64(bytes: Uint8Array): string {
  return hasNative ? bytes.toBase64() : portableToBase64(bytes);
}

export function portableFromBase64(text: string): Uint8Array {
  const isPadded = text.replace(/\s/g, "").length % 4 === 0;
  if (!isPadded) throw new SyntaxError("base64 without its padding");
  let binary: string;
  try {
    binary = atob(text);
  } catch (cause) {
    throw new SyntaxError("not base64", { cause });
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

export function portableToBase64(bytes: Uint8Array): string {
  let binary = "";
  // More arguments at a time overflow the stack in some engines.
  for (let i = 0; i < bytes.length; i += 8192)
    binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary);
}
