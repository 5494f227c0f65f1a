/** Thrown for an answer that is longer than its reader takes. */
export class AnswerTooLong extends Error {
  override readonly name = "AnswerTooLong";
  readonly code = "ANSWER_TOO_LONG";

  constructor(maxBytes: number) {
    super(`more than ${maxBytes} bytes came back`);
  }
}

/** An answer of a provider, a store or a gateway: some fields, or an error. */
export const usualAnswerBytes = 4_194_304;

/**
 * Reads what another server answered, and no more than `maxBytes` of it: whoever
 * answers without end would fill our memory. Throws AnswerTooLong, and the
 * connection is ended. How long to wait is up to the signal of the request.
 */
export async function readAnswerBytes(
  response: Response,
  maxBytes: number = usualAnswerBytes,
): Promise<Uint8Array<ArrayBuffer>> {
  const { body } = response;
  if (Number(response.headers.get("content-length")) > maxBytes) {
    await body?.cancel();
    throw new AnswerTooLong(maxBytes);
  }
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body ?? []) {
    size += piece.length;
    // Leaving the loop ends the connection.
    if (size > maxBytes) throw new AnswerTooLong(maxBytes);
    pieces.push(piece);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** The same as text. */
export const readAnswerText = async (
  response: Response,
  maxBytes?: number,
): Promise<string> =>
  new TextDecoder().decode(await readAnswerBytes(response, maxBytes));
