import { CbEvents, getSDK } from "@openim/wasm-client-sdk";

import type { Driven, LocalFile } from "./driven.ts";

const sdk = getSDK({ debug: false });
for (const event of Object.values(CbEvents))
  sdk.on(event, ({ data }) => window.heard(event, data));

const toFile = ({ name, type, base64 }: LocalFile): File =>
  new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name, {
    type,
  });

async function sizeOf(file: File): Promise<{ width: number; height: number }> {
  const { width, height } = await createImageBitmap(file);
  return { width, height };
}

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
  async upload(local) {
    try {
      const file = toFile(local);
      const { name, type: contentType } = local;
      const uuid = crypto.randomUUID();
      return await sdk.uploadFile({ name, contentType, uuid, file });
    } catch (error) {
      return { error };
    }
  },
  async sendFile(recvID, local) {
    try {
      const file = toFile(local);
      const uuid = crypto.randomUUID();
      const { name, type } = local;
      const { data: message } = type.startsWith("image/")
        ? await (async () => {
            const { size } = file;
            const picture = {
              ...{ uuid, type, size, url: "" },
              ...(await sizeOf(file)),
            };
            return sdk.createImageMessageByFile({
              sourcePicture: picture,
              bigPicture: picture,
              snapshotPicture: picture,
              sourcePath: "",
              file,
            });
          })()
        : await sdk.createFileMessageByFile({
            filePath: "",
            fileName: name,
            uuid,
            sourceUrl: "",
            fileSize: file.size,
            fileType: type,
            file,
          });
      const sent = await sdk.sendMessage({ recvID, groupID: "", message });
      return { data: sent.data };
    } catch (error) {
      return { error };
    }
  },
} satisfies Driven;
