import { CbEvents, getSDK } from "@openim/wasm-client-sdk";

import type { Driven } from "./driven.ts";

const sdk = getSDK({ debug: false });
for (const event of Object.values(CbEvents))
  sdk.on(event, ({ data }) => window.heard(event, data));

window.driven = {
  async login(config) {
    try {
      await sdk.login({ ...config, isLogStandardOutput: false, logLevel: 3 });
      return {};
    } catch (error) {
      return { error };
    }
  },
  async call(method, args) {
    try {
      const action = sdk[method] as (...args: unknown[]) => Promise<unknown>;
      const { data } = (await action(...args)) as { data: unknown };
      return { data };
    } catch (error) {
      return { error };
    }
  },
  async say(recvID, texts) {
    const sent = [];
    try {
      for (const text of texts) {
        const { data: message } = await sdk.createTextMessage(text);
        const params = { recvID, groupID: "", message };
        sent.push((await sdk.sendMessage(params)).data);
      }
      return { data: sent };
    } catch (error) {
      return { error, data: sent };
    }
  },
} satisfies Driven;
