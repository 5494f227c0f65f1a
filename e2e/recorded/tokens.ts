import { isObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { call } from "./rest.ts";
import type { Target } from "./target.ts";

/** Each is taken once, and only when somebody needs it. */
export interface Tokens {
  admin(): Promise<string>;
  chatAdmin(password: string | undefined): Promise<string>;
  user(userID: string, platformID: number): Promise<string>;
}

/** Password of the recordings' chat administrator, as sent. */
const chatAdminPassword = "625031fc4e4f2de6b187e6bfa3697784";

type Taken = Map<string, Promise<string>>;

/** The tokens of one scenario; those of chat administrators are `shared`. */
export function createTokens(target: Target, shared: Taken): Tokens {
  const own: Taken = new Map();
  const once = (
    key: string,
    take: () => Promise<Json | undefined>,
    taken = own,
  ) => {
    const token = taken.get(key) ?? take().then(String);
    taken.set(key, token);
    return token;
  };
  const tokens: Tokens = {
    // One for each scenario: a newer one leaves an older one five minutes.
    admin: () =>
      once("admin", async () => {
        const { secret, admin: userID } = target;
        const path = "/auth/get_admin_token";
        return (await post(target.api, path, { secret, userID }))["token"];
      }),
    chatAdmin: (password = chatAdminPassword) => {
      const take = async () => {
        const account = target.chatAdminAccount;
        const body = { account, password, version: "3.8" };
        const data = await post(target.chatAdmin, "/account/login", body);
        return data["adminToken"];
      };
      return once("chatAdmin", take, shared);
    },
    user: (userID, platformID) =>
      once(`${userID}/${platformID}`, async () => {
        const path = "/auth/get_user_token";
        const body = { userID, platformID };
        const token = await tokens.admin();
        return (await post(target.api, path, body, token))["token"];
      }),
  };
  return tokens;
}

/** A call that has to succeed; answers its data. */
export async function post(
  base: string,
  path: string,
  body: JsonObject,
  token?: string,
): Promise<JsonObject> {
  const answer = await call({ url: base + path, method: "POST", body, token });
  if (!isObject(answer) || answer["errCode"] !== 0)
    throw new Error(`${path}: ${JSON.stringify(answer).slice(0, 300)}`);
  return isObject(answer["data"]) ? answer["data"] : {};
}
