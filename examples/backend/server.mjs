// The back end of an app with chat: people sign up and in, messages are moderated, and
// new users are greeted. It needs Node.js 20 and nothing else.
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { promisify } from "node:util";

import { createParley, isSigned, Refused } from "./parley.mjs";

const {
  PORT = "10006",
  PARLEY_API: api = "http://localhost:10002",
  PARLEY_SECRET: secret = "openIM123",
  PARLEY_WEBHOOKS_SECRET: hookSecret,
} = process.env;
if (!hookSecret) throw new Error("PARLEY_WEBHOOKS_SECRET is not set");

const parley = createParley({ api, secret, adminUserID: "imAdmin" });
const derive = promisify(scrypt);

/** Stands for your database: users and their password hashes. */
const accounts = new Map();

/** An error in a request; its text is sent to the client. */
class Wrong extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function signUp({ userID, nickname, password }) {
  if (![userID, nickname, password].every((each) => typeof each === "string"))
    throw new Wrong(400, "userID, nickname and password must be texts");
  if (accounts.has(userID)) throw new Wrong(409, "that userID is taken");
  const salt = randomBytes(16);
  const key = await derive(password, salt, 32);
  // Parley refuses a userID that it has already; then there is no account, either.
  await parley("/user/user_register", { users: [{ userID, nickname }] });
  accounts.set(userID, { salt, key });
  await greet(userID, nickname);
  return { userID };
}

/** Sends a message from the app itself: 101 is text, session 1 is a direct chat. */
const greet = (userID, nickname) =>
  parley("/msg/send_msg", {
    sendID: "imAdmin",
    recvID: userID,
    senderNickname: "The team",
    senderPlatformID: 5,
    contentType: 101,
    sessionType: 1,
    content: { content: `Welcome, ${nickname}!` },
  });

/** The token is for one platform; its number is the client's: 5 is the web. */
async function signIn({ userID, password, platformID }) {
  const account = accounts.get(userID);
  const key = await derive(String(password), account?.salt ?? "nobody", 32);
  if (!account || !timingSafeEqual(key, account.key))
    throw new Wrong(401, "userID or password is wrong");
  return parley("/auth/get_user_token", { userID, platformID });
}

const allow = {};
/** actionCode 0 with nextCode 1 refuses; the sender's client gets the rest. */
const refuse = (errMsg) => ({
  actionCode: 0,
  nextCode: 1,
  errCode: 5001,
  errMsg,
  errDlt: errMsg,
});

/** Handlers by command (docs/webhooks.md); other commands are allowed. */
const hooks = {
  callbackBeforeSendSingleMsgCommand: ({ content }) =>
    content.includes("casino") ? refuse("no advertising, please") : allow,
  callbackAfterSendSingleMsgCommand({ sendID, recvID, contentType }) {
    console.log(`${sendID} wrote to ${recvID} (type ${contentType})`);
    return allow;
  },
};

async function answer(request) {
  const body = await read(request);
  const { pathname } = new URL(request.url, "http://localhost");
  if (request.method !== "POST") throw new Wrong(405, "POST, please");
  if (pathname === "/sign-up") return signUp(parse(body));
  if (pathname === "/sign-in") return signIn(parse(body));
  if (!pathname.startsWith("/hooks/")) throw new Wrong(404, "no such page");
  if (!isSigned(hookSecret, request.headers, body)) {
    console.log(`refused a webhook that Parley did not sign: ${pathname}`);
    throw new Wrong(401, "this is not signed by Parley");
  }
  const event = parse(body);
  return (hooks[event.callbackCommand] ?? (() => allow))(event);
}

async function read(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > 1_000_000) throw new Wrong(413, "that is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parse(body) {
  try {
    return JSON.parse(body);
  } catch {
    throw new Wrong(400, "the body is not JSON");
  }
}

const server = createServer((request, response) => {
  const end = (status, body) =>
    response
      .writeHead(status, { "content-type": "application/json" })
      .end(JSON.stringify(body));
  answer(request).then(
    (body) => end(200, body),
    (error) => {
      if (error instanceof Wrong)
        return end(error.status, { error: error.message });
      if (error instanceof Refused) return end(400, { error: error.message });
      console.error(error);
      end(500, { error: "something went wrong here" });
    },
  );
});
server.listen(Number(PORT), "127.0.0.1", () =>
  console.log(`The back end listens at port ${server.address().port}.`),
);
