// Two people chat over two sockets.
//   node examples/socket-chat.mjs     (Node.js 22 or newer, or Bun, or Deno)
import { connect } from "./socket-client.mjs";

const { PARLEY_API: api = "http://localhost:10002" } = process.env;
const { PARLEY_WS: ws = "ws://localhost:10001" } = process.env;
const { PARLEY_SECRET: secret = "openIM123" } = process.env;

async function call(route, body, token = "") {
  const response = await fetch(api + route, {
    method: "POST",
    headers: { operationID: crypto.randomUUID(), token },
    body: JSON.stringify(body),
  });
  const { errCode, errMsg, errDlt, data } = await response.json();
  if (errCode !== 0)
    throw new Error(`${route}: ${errCode} ${errMsg} ${errDlt}`);
  return data;
}

const asAdmin = { userID: "imAdmin", secret };
const { token: admin } = await call("/auth/get_admin_token", asAdmin);
const run = Date.now();
const [ann, bob] = [`ann${run}`, `bob${run}`];
const users = [ann, bob].map((userID) => ({ userID, nickname: userID }));
await call("/user/user_register", { users }, admin);

/** Returns a connection that answers each message. */
async function signIn(userID, answerTo) {
  const device = { userID, platformID: 5 };
  const { token } = await call("/auth/get_user_token", device, admin);
  const self = await connect(ws, userID, token, ({ sendID, seq, content }) => {
    if (sendID === userID) return; // One's own come back with their seq, too.
    console.log(`${userID} hears ${seq}: ${content.content}`);
    answerTo(sendID, self);
  });
  return self;
}

const atBob = await signIn(bob, (from, { say }) => say(from, "Hello Ann!"));
let hear;
const heard = new Promise((resolve) => (hear = resolve));
const atAnn = await signIn(ann, hear);
await atAnn.say(bob, "Hello Bob!");
await heard;
for (const { socket } of [atAnn, atBob]) socket.close();
