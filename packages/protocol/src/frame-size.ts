/** COMPAT: sdk-core 3.8 ends a connection by which a larger frame comes, as it came. */
export const maxFrameBytes = 1_048_576;

/** Texts of an envelope, its type, and what gzip adds where nothing gets smaller by it. */
const aroundData = 16_384;

/** As frames carry it: it names a request in logs, and its sender may choose any. */
export const shortOperationID = (operationID: string): string =>
  operationID.length <= maxOperationID
    ? operationID
    : operationID.slice(0, maxOperationID);
const maxOperationID = 1_024;

/** So much data surely fits into a frame. */
export const frameRoom = {
  gob: maxFrameBytes - aroundData,
  /** In base64. */
  json: Math.floor(((maxFrameBytes - aroundData) / 4) * 3),
};

/**
 * The largest message or notice, as it is stored: with its conversation's id it fits
 * into a push, and alone into the answer to a pull, for every client.
 */
export const maxMessageBytes = frameRoom.json - 6_144;

/** The largest message that a client may send: storing it adds some. */
export const maxSentBytes = maxMessageBytes - 2_048;
