/**
 * COMPAT: sdk-core 3.8 closes a connection that receives a larger frame (size
 * as received).
 */
export const maxFrameBytes = 1_048_576;

/**
 * Room for the envelope's texts and type, and for gzip's overhead on
 * incompressible data.
 */
const aroundData = 16_384;

/**
 * Returns the operationID cut to the length that frames carry; clients may send
 * any.
 */
export const shortOperationID = (operationID: string): string =>
  operationID.length <= maxOperationID
    ? operationID
    : operationID.slice(0, maxOperationID);
const maxOperationID = 1_024;

/** Bytes of data that always fit into a frame. */
export const frameRoom = {
  gob: maxFrameBytes - aroundData,
  /** Less, as JSON carries data in base64. */
  json: Math.floor(((maxFrameBytes - aroundData) / 4) * 3),
};

/**
 * The largest message or notice, as it is stored: with its conversation's id it fits
 * into a push, and alone into the answer to a pull, for every client.
 */
export const maxMessageBytes = frameRoom.json - 6_144;

/** The largest message that a client may send: storing it adds some. */
export const maxSentBytes = maxMessageBytes - 2_048;
