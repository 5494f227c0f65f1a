// Two people exchange one message each way. Needs Node.js 20 and a Parley that
// `npm start` started: node examples/first-chat.mjs
const api = process.env.PARLEY_API ?? "http://localhost:10002";
const secret = process.env.PARLEY_SECRET ?? "openIM123";

/** Calls a route; returns `data` of the answer, or throws if refused. */
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

// Your back end signs in with the secret and then has all rights.
const asAdmin = { userID: "imAdmin", secret };
const { token: admin } = await call("/auth/get_admin_token", asAdmin);

// You choose the ids. These are new in each run, so that it can run twice.
const run = Date.now();
const ann = `ann${run}`;
const bob = `bob${run}`;
const users = [
  { userID: ann, nickname: "Ann" },
  { userID: bob, nickname: "Bob" },
];
await call("/user/user_register", { users }, admin);

// One message each way: 101 is text, and session 1 is between two people.
async function say(sendID, recvID, content) {
  const message = { sendID, recvID, content: { content } };
  const kind = { contentType: 101, sessionType: 1, senderPlatformID: 5 };
  await call("/msg/send_msg", { ...message, ...kind }, admin);
}
await say(ann, bob, "Hello Bob!");
await say(bob, ann, "Hello Ann, how are you?");

// Bob's device gets Bob's token (5 is the web) and reads the conversation.
const device = { userID: bob, platformID: 5 };
const { token } = await call("/auth/get_user_token", device, admin);
const conversationID = `si_${[ann, bob].sort().join("_")}`;
const seqRanges = [{ conversationID, begin: 1, end: 100, num: 100 }];
const pulled = await call(
  "/msg/pull_msg_by_seq",
  { userID: bob, seqRanges, order: 0 },
  token,
);
for (const message of pulled.msgs[conversationID].Msgs) {
  const text = Buffer.from(message.content, "base64").toString();
  console.log(`${message.seq} ${message.sendID}: ${JSON.parse(text).content}`);
}
