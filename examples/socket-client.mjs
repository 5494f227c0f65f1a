import { decode, encode, text, utf8 } from "./protobuf.mjs";

/** Signs in at ws://host:10001 and calls `hear` with each message. */
export function connect(address, userID, token, hear) {
  const who = { sendID: userID, token, platformID: 5, sdkType: "js" };
  const how = { operationID: userID, isBackground: false, isMsgResp: true };
  const query = new URLSearchParams({ ...who, ...how });
  const socket = new WebSocket(`${address}/?${query}`);
  socket.binaryType = "arraybuffer";
  const asked = new Map(); // msgIncr: what to do with the answer
  function ask(reqIdentifier, fields) {
    const msgIncr = crypto.randomUUID();
    const ids = { sendID: userID, operationID: msgIncr, msgIncr };
    const frame = { reqIdentifier, ...ids, data: encode(fields) };
    socket.send(utf8(JSON.stringify(frame)));
    return new Promise((...both) => asked.set(msgIncr, both));
  }
  /** Sends (1003) a text (101); resolves when the message is durable. */
  function say(recvID, content) {
    const ids = { 1: userID, 2: recvID, 4: crypto.randomUUID(), 6: 5, 9: 1 };
    const what = { 10: 100, 11: 101, 12: JSON.stringify({ content }) };
    return ask(1003, { ...ids, ...what, 16: Date.now(), 17: 1 });
  }
  function take({ reqIdentifier, msgIncr, errCode, errMsg, data }) {
    const [answer, refuse] = asked.get(msgIncr) ?? [];
    asked.delete(msgIncr);
    const fields = decode(data ?? "");
    if (answer) return errCode ? refuse(Error(errMsg)) : answer(fields);
    if (reqIdentifier !== 2001 || !fields[1]) return; // Messages are field 1.
    const message = decode(decode(decode(fields[1])[2])[1]);
    const content = JSON.parse(text(message[12]));
    hear({ sendID: text(message[1]), seq: message[14], content });
  }
  return new Promise((resolve, reject) => {
    socket.onclose = ({ code, reason }) => reject(Error(`${code} ${reason}`));
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(typeof data === "string" ? data : text(data));
      if (typeof data !== "string") take(frame);
      else if (frame.errCode === 0) resolve({ socket, say });
    };
  });
}
