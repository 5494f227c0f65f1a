// A clientMsgID as SDKs make them, 32 hex digits; these say where the message
// comes from: the run, the sender, and its place among the sender's.

const runLength = 16;
const numberLength = 8;

const hex = (value: number): string =>
  value.toString(16).padStart(numberLength, "0");

export function newRunID(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString("hex");
}

export function messageID(runID: string, sender: number, counter: number) {
  return `${runID}${hex(sender)}${hex(counter)}`;
}

/** The same place, short: in operationIDs, and to find an answer's message. */
export function operationID(sender: number, counter: number): string {
  return `op${hex(sender)}${hex(counter)}`;
}

/** undefined: the message is none of this run's. */
export function readMessageID(
  runID: string,
  id: string,
): { sender: number; counter: number } | undefined {
  if (id.length !== runLength + 2 * numberLength || !id.startsWith(runID))
    return undefined;
  return {
    sender: parseInt(id.slice(runLength, runLength + numberLength), 16),
    counter: counterOf(id),
  };
}

/** Returns the counter at the end of any such id. */
export function counterOf(id: string): number {
  return parseInt(id.slice(-numberLength), 16);
}

/** Writes a counter where a template has another. */
export function writeCounter(
  target: Uint8Array,
  at: number,
  counter: number,
): void {
  let rest = counter;
  for (let i = at + numberLength - 1; i >= at; i--) {
    const digit = rest & 0xf;
    target[i] = digit < 10 ? 0x30 + digit : 0x57 + digit;
    rest >>>= 4;
  }
}
