import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";

import type {
  AuthSignParts,
  InitiateFormDataResp,
} from "@parley/protocol/generated/third";
import {
  AccessURL,
  AuthSign,
  InitiateFormData,
} from "@parley/protocol/methods/objects";

import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import {
  accessURL,
  announce,
  bytesOf,
  complete,
  hello,
  initiate,
  md5,
  partSize,
  partsOf,
  postForm,
  putPart,
  randomFile,
  serveObjects,
} from "../../testing/objects/objects.ts";
import type { TestObjects } from "../../testing/objects/objects.ts";

// Only the local disk must pass these; an S3 store does it itself.

let storage: TestStorage;
let server: TestObjects;

forEachEngine("the local disk", (open) => {
  beforeAll(async () => {
    storage = await open();
    server = await serveObjects(storage, "disk");
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await storage[Symbol.asyncDispose]();
  });

  const filesUnder = (folder: string): string[] =>
    readdirSync(path.join(server.folder, "objects", folder), {
      recursive: true,
      withFileTypes: true,
    })
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name);

  describe("what users made runs nowhere", () => {
    const html = new TextEncoder().encode("<script>alert(1)</script>");

    test("a page is a download, sandboxed, and its type is not guessed", async () => {
      const url = await server.upload("ann", {
        name: "ann/evil.html",
        bytes: html,
        contentType: "text/html",
      });
      const { headers } = await fetch(url);
      expect(headers.get("content-disposition")).toStartWith("attachment");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toBe(
        "default-src 'none'; sandbox",
      );
    });

    test.each(["text/html", "image/svg+xml", "text/html\r\nx-evil: 1"])(
      "%j asked for as an image has no type",
      async (contentType) => {
        const name = `ann/evil ${contentType}`;
        const bytes = new TextEncoder().encode(`<b>${contentType}</b>`);
        await server.upload("ann", { name, bytes, contentType });
        const query = { type: "image", width: "2000" };
        const { headers } = await fetch(await accessURL(server, name, query));
        expect(headers.get("content-type")).toBe("application/octet-stream");
        expect(headers.get("x-evil")).toBeNull();
        const plain = await fetch(await accessURL(server, name));
        expect(plain.headers.get("x-evil")).toBeNull();
        expect(plain.headers.get("content-disposition")).toStartWith(
          "attachment",
        );
      },
    );
  });

  describe("an address", () => {
    test("permits what it was signed for and nothing else", async () => {
      await server.upload("ann", hello);
      const url = await accessURL(server, hello.name);
      const change = (from: string | RegExp, to: string) => {
        const changed = url.replace(from, to);
        expect(changed).not.toBe(url);
        return fetch(changed);
      };
      expect((await fetch(url)).status).toBe(200);
      for (const response of [
        await change(/signature=./, "signature=_"),
        await change(/&signature=.*/, ""),
        await change(/expires=\d/, "expires=9"),
        await change("text%2Fplain", "text%2Fhtml"),
        await change("attachment", "inline"),
        await change(/data\/hash\/\w+/, "data/hash/0"),
        await fetch(url, { method: "PUT", body: "x" }),
      ])
        expect(response.ok).toBe(false);
    });

    test("of one part does not serve for another, nor for another upload", async () => {
      const file = { name: "ann/b", bytes: randomFile(partSize + 1) };
      const { upload } = await initiate(server, "ann", file, { maxParts: 2 });
      const { upload: other } = await initiate(
        server,
        "ann",
        { ...file, bytes: randomFile(partSize + 1) },
        { maxParts: 2 },
      );
      const sign = upload!.sign!;
      const [first, second] = sign.parts;
      const swapped = {
        ...first!,
        query: [first!.query[0]!, second!.query[1]!],
      };
      for (const wrong of [
        { ...sign, parts: [swapped] },
        { ...sign, url: other!.sign!.url },
      ])
        expect((await putPart(wrong, 1, new Uint8Array(1))).status).toBe(403);
      expect((await putPart(sign, 1, new Uint8Array(1))).status).toBe(200);
    });

    test("stops working, and a form's sooner", async () => {
      await using own = await serveObjects(storage, "disk", {
        urlSeconds: 3_600,
      });
      const form = await own.post<InitiateFormDataResp>(
        "ann",
        InitiateFormData,
        { name: "ann/f", size: 3 },
      );
      await own.upload("ann", { ...hello, bytes: randomFile(20) });
      const url = await accessURL(own, hello.name);
      own.advance(11 * 60_000);
      expect((await postForm(form, new Uint8Array(3))).status).toBe(403);
      expect((await fetch(url)).status).toBe(200);
      own.advance(2 * 3_600_000);
      expect((await fetch(url)).status).toBe(403);
    });

    test("of a part lasts a day and may be made anew for a week; of one piece it lasts the week", async () => {
      await using own = await serveObjects(storage, "disk");
      const day = 86_400_000;
      const file = { name: "ann/two", bytes: randomFile(partSize + 1) };
      const [first, second] = partsOf(file.bytes);
      const { upload } = await initiate(own, "ann", file, { maxParts: 2 });
      const small = { name: "ann/one", bytes: randomFile(10) };
      const { upload: one } = await initiate(own, "ann", small);
      const { uploadID, sign } = upload!;
      const signAgain = () =>
        own.post<AuthSignParts>("ann", AuthSign, {
          uploadID,
          partNumbers: [2],
        });
      own.advance(day - 60_000);
      expect((await putPart(sign, 1, first!)).status).toBe(200);
      own.advance(120_000);
      expect((await putPart(sign, 2, second!)).status).toBe(403);
      expect((await putPart(await signAgain(), 2, second!)).status).toBe(200);
      expect((await putPart(one!.sign, 1, small.bytes)).status).toBe(200);
      own.advance(6 * day);
      expect((await putPart(one!.sign, 1, small.bytes)).status).toBe(403);
      await expect(signAgain()).rejects.toMatchObject({ code: 1701 });
      for (const { expireTime } of [upload!, one!])
        expect(Math.round((expireTime - Date.now()) / day)).toBe(7);
    });

    test("begins with what the operator set, or a proxy said", async () => {
      await using own = await serveObjects(storage, "disk", {
        externalAddress: "https://im.example.com/api",
      });
      const file = { ...hello, bytes: randomFile(20) };
      const { upload } = await initiate(own, "ann", file);
      expect(upload!.sign!.parts[0]!.url).toStartWith(
        "https://im.example.com/api/object_data/part/",
      );
      const proxied = await server.post<{ url: string }>(
        "ann",
        AccessURL,
        { name: hello.name },
        { "X-Request-Api": "https://other.example.com" },
      );
      expect(proxied.url).toStartWith(
        "https://other.example.com/object_data/content/",
      );
    });

    test.each([
      "/object_data/content/../../parley.db",
      "/object_data/content/%2e%2e/%2e%2e/parley.db",
      "/object_data/content//etc/passwd",
      "/object/..%2f..%2fparley.db",
    ])("%s leads nowhere", async (address) => {
      const response = await rawGet(address);
      expect(response).toMatch(/^HTTP\/1.1 40[34]/);
    });
  });

  describe("fetching", () => {
    const fetchHello = async (init: RequestInit = {}) => {
      await server.upload("ann", hello);
      return fetch(await accessURL(server, hello.name), init);
    };
    const textOf = (range: string) =>
      fetchHello({ headers: { range } }).then(
        async (each) =>
          `${each.status} ${each.headers.get("content-range")} ${await each.text()}`,
      );

    test("a range is a part of it", async () => {
      expect(await textOf("bytes=0-4")).toBe("206 bytes 0-4/15 hello");
      expect(await textOf("bytes=7-")).toBe("206 bytes 7-14/15 everyone");
      expect(await textOf("bytes=-3")).toBe("206 bytes 12-14/15 one");
      expect(await textOf("bytes=99-")).toBe("416 bytes */15 ");
      expect(await textOf("bytes=0-1,3-4")).toBe("200 null hello, everyone");
    });

    test("HEAD says how long it is", async () => {
      const response = await fetchHello({ method: "HEAD" });
      expect(response.headers.get("content-length")).toBe("15");
      expect(await response.text()).toBe("");
    });

    test("whoever has it need not fetch it again", async () => {
      const etag = (await fetchHello()).headers.get("etag")!;
      const again = await fetchHello({ headers: { "if-none-match": etag } });
      expect(again.status).toBe(304);
    });

    test("browsers of other origins may, and may ask first", async () => {
      const response = await fetchHello({ headers: { origin: "http://a.b" } });
      expect(response.headers.get("access-control-allow-origin")).toBe("*");
      const { upload } = await initiate(server, "ann", {
        ...hello,
        bytes: randomFile(9),
      });
      const { url } = upload!.sign!.parts[0]!;
      const asked = await fetch(url, { method: "OPTIONS" });
      expect(asked.status).toBe(200);
      expect(asked.headers.get("access-control-allow-methods")).toBe("*");
      const put = await fetch(url, { method: "PUT", body: "x" });
      expect(put.headers.get("access-control-allow-origin")).toBe("*");
      expect(put.headers.get("access-control-expose-headers")).toBe("ETag");
    });
  });

  describe("sending", () => {
    test("more than was announced does not fit, said or unsaid", async () => {
      const file = { ...hello, bytes: randomFile(100) };
      const { upload } = await initiate(server, "ann", file);
      const { url } = upload!.sign!.parts[0]!;
      const said = await fetch(url, { method: "PUT", body: randomFile(101) });
      expect(said.status).toBe(413);
      const unsaid = await fetch(url, {
        method: "PUT",
        body: streamOf(randomFile(60), randomFile(60)),
      });
      expect(unsaid.status).toBe(413);
      const { uploadID } = upload!;
      await expect(
        complete(server, "ann", uploadID, file),
      ).rejects.toMatchObject({ code: 1004 });
    });

    test("a connection that breaks leaves nothing that counts", async () => {
      const file = { ...hello, bytes: randomFile(100) };
      const { upload } = await initiate(server, "ann", file);
      await putPart(upload!.sign, 1, file.bytes);
      const { hostname, port, pathname, search } = new URL(
        upload!.sign!.parts[0]!.url,
      );
      const socket = connect(Number(port), hostname);
      socket.write(
        `PUT ${pathname}${search} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n12345`,
      );
      await untilGone(upload!.uploadID);
      socket.destroy();
      const { uploadID } = upload!;
      await expect(
        complete(server, "ann", uploadID, file),
      ).rejects.toMatchObject({ code: 1004 });
      await putPart(upload!.sign, 1, file.bytes);
      await complete(server, "ann", uploadID, file);
    });

    test("who sends again is not held up by a connection that hangs", async () => {
      const file = { ...hello, bytes: randomFile(100) };
      const { upload } = await initiate(server, "ann", file);
      await putPart(upload!.sign, 1, file.bytes);
      const body = hangingStream();
      const hanging = fetch(upload!.sign!.parts[0]!.url, {
        method: "PUT",
        body,
      });
      await untilGone(upload!.uploadID);
      expect((await putPart(upload!.sign, 1, file.bytes)).status).toBe(200);
      expect((await hanging.catch(() => undefined))?.status ?? 409).toBe(409);
      const { url } = await complete(server, "ann", upload!.uploadID, file);
      expect(await bytesOf(fetch(url))).toEqual(file.bytes);
      expect((await putPart(upload!.sign, 1, file.bytes)).status).toBe(409);
    });

    test("what is beyond the operator's limit is 1001", async () => {
      const size = 100_000_001;
      await expect(
        initiate(server, "ann", hello, { size, hash: "0".repeat(32) }),
      ).rejects.toMatchObject({ code: 1001 });
      await expect(
        server.post("ann", InitiateFormData, {
          name: "ann/f",
          size,
        }),
      ).rejects.toMatchObject({ code: 1001 });
    });

    test("what is no form is 400", async () => {
      const form = await server.post<InitiateFormDataResp>(
        "ann",
        InitiateFormData,
        { name: "ann/f", size: 3 },
      );
      const send = (body: string, type: string) =>
        fetch(form.url, {
          method: "POST",
          headers: { "content-type": type },
          body,
        });
      const multipart = "multipart/form-data; boundary=b";
      const begun =
        '--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nab';
      for (const response of [
        await send("abc", "text/plain"),
        await send("abc", "multipart/form-data"),
        await send("abc", multipart),
        await send("--b--\r\n", multipart),
        await send(begun, multipart),
      ])
        expect(response.status).toBe(400);
    });

    test("a crash between the file's move and its row loses nothing", async () => {
      const file = { ...hello, bytes: randomFile(100) };
      const { upload } = await initiate(server, "ann", file);
      await putPart(upload!.sign, 1, file.bytes);
      const { uploadID } = upload!;
      await complete(server, "ann", uploadID, file);
      await storage.transact(async ({ db }) => {
        const { hash } = announce(file);
        await db
          .deleteFrom("object_contents")
          .where("key", "=", `data/hash/${hash}`)
          .execute();
        await db
          .insertInto("object_parts")
          .values({
            upload_id: uploadID,
            part_number: 1,
            md5: md5(file.bytes),
            size: 100,
          })
          .execute();
      });
      const { url } = await complete(server, "ann", uploadID, file);
      expect(await bytesOf(fetch(url))).toEqual(file.bytes);
    });

    test("an upload survives a restart of the server", async () => {
      const file = { name: "ann/b", bytes: randomFile(partSize + 10) };
      const { upload } = await initiate(server, "ann", file, { maxParts: 2 });
      const [first, second] = partsOf(file.bytes);
      await putPart(upload!.sign, 1, first!);
      writeFileSync(path.join(server.folder, "objects/temporary/left"), "x");
      await server.stop();
      server = await serveObjects(storage, "disk", {}, server.folder);
      expect(filesUnder("temporary")).toEqual([]);
      const sign = await server.post<AuthSignParts>("ann", AuthSign, {
        uploadID: upload!.uploadID,
        partNumbers: [2],
      });
      await putPart(sign, 2, second!);
      const { url } = await complete(server, "ann", upload!.uploadID, file);
      expect(Bun.hash(await bytesOf(fetch(url)))).toBe(Bun.hash(file.bytes));
      expect(filesUnder("uploads")).not.toContain(upload!.uploadID);
      expect(filesUnder("data/hash")).toContain(announce(file).hash);
    });
  });
});

/** `fetch` would tidy the path. */
function rawGet(address: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `GET ${address} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
  );
  return new Response(socket as unknown as ReadableStream).text();
}

function streamOf(...chunks: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk) controller.enqueue(chunk);
      else controller.close();
    },
  });
}

function hangingStream(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => controller.enqueue(new Uint8Array(5)),
    pull: () => new Promise(() => undefined),
  });
}

/** Until the part that was there is being replaced. */
async function untilGone(uploadID: string): Promise<void> {
  for (;;) {
    const row = await storage.db
      .selectFrom("object_parts")
      .select("md5")
      .where("upload_id", "=", uploadID)
      .executeTakeFirst();
    if (!row) return;
    await Bun.sleep(5);
  }
}
