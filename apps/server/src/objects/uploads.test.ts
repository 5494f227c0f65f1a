import { describe, expect, test } from "bun:test";

import type {
  AuthSignParts,
  InitiateFormDataResp,
} from "@parley/protocol/generated/third";
import {
  AuthSign,
  CompleteFormData,
  InitiateFormData,
} from "@parley/protocol/methods/objects";

import { forEachEngine } from "../../testing/storage/engines.ts";
import { findObject } from "./store.ts";
import {
  bytesOf,
  complete,
  forEachStore,
  hashesOf,
  hello,
  initiate,
  partSize,
  partsOf,
  postForm,
  putPart,
  randomFile,
  serveObjects,
} from "../../testing/objects/objects.ts";
import type { TestFile, TestObjects } from "../../testing/objects/objects.ts";

// Every store must pass these, over HTTP as clients do it.
forEachStore("uploading", (serve) => {
  describe("a file of one piece", () => {
    test("comes back as it was, under its name and type", async () => {
      await using server = await serve();
      const url = await server.upload("ann", hello);
      expect(url).toBe(`${server.url}/object/ann/hello.txt`);

      const response = await fetch(url);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("text/plain");
      expect(response.headers.get("content-disposition")).toBe(
        "attachment; filename*=UTF-8''hello.txt",
      );
      expect(await bytesOf(response)).toEqual(hello.bytes);
    });

    test("is there at once for whoever has the same content", async () => {
      await using server = await serve();
      await server.upload("ann", hello);
      const copy = { ...hello, name: "bob/copy.txt", contentType: "text/x-b" };
      const { url, upload } = await initiate(server, "bob", copy);
      expect(upload).toBeNull();
      const response = await fetch(url);
      expect(response.headers.get("content-type")).toBe("text/x-b");
      expect(await bytesOf(response)).toEqual(hello.bytes);
    });

    test("a known hash with another size is 1001", async () => {
      await using server = await serve();
      await server.upload("ann", hello);
      await expect(
        initiate(server, "bob", { ...hello, name: "bob/x" }, { size: 999 }),
      ).rejects.toMatchObject({ code: 1001 });
    });

    test("before anything arrived completing is 1004", async () => {
      await using server = await serve();
      const { upload } = await initiate(server, "ann", hello);
      await expect(
        complete(server, "ann", upload!.uploadID, hello),
      ).rejects.toMatchObject({ code: 1004 });
    });

    test("of another size or content it is refused, and nothing is kept", async () => {
      await using server = await serve();
      for (const [sent, code] of [
        ["short", 500],
        ["HELLO, everyone", 1001],
      ] as const) {
        const { upload } = await initiate(server, "ann", hello);
        await putPart(upload!.sign, 1, new TextEncoder().encode(sent));
        const { uploadID } = upload!;
        await expect(
          complete(server, "ann", uploadID, hello),
        ).rejects.toMatchObject({ code });
        await expect(
          complete(server, "ann", uploadID, hello),
        ).rejects.toMatchObject({ code: 1004 });
      }
      expect(await initiate(server, "ann", hello)).toMatchObject({ url: "" });
    });

    test("put twice it is what was put last", async () => {
      await using server = await serve();
      const { upload } = await initiate(server, "ann", hello);
      await putPart(upload!.sign, 1, new TextEncoder().encode("HELLO"));
      const response = await putPart(upload!.sign, 1, hello.bytes);
      expect(response.headers.get("etag")).toBe(
        `"${hashesOf(hello.bytes)[0]}"`,
      );
      const { url } = await complete(server, "ann", upload!.uploadID, hello);
      expect(await bytesOf(fetch(url))).toEqual(hello.bytes);
    });

    test("completed by several at once it is there once", async () => {
      await using server = await serve();
      const names = ["ann/1", "ann/2", "ann/3"];
      const urls = await Promise.all(
        names.map((name) => server.upload("ann", { ...hello, name })),
      );
      for (const url of urls)
        expect(await bytesOf(fetch(url))).toEqual(hello.bytes);
      expect(server.s3?.keys() ?? []).toHaveLength(server.s3 ? 1 : 0);
    });
  });

  describe("a file in parts", () => {
    const big = (name: string): TestFile => ({
      name,
      bytes: randomFile(2 * partSize + 100),
    });

    test("is put together in order, whatever order the parts came in", async () => {
      await using server = await serve();
      const file = big("ann/big.bin");
      const { upload } = await initiate(server, "ann", file, { maxParts: -1 });
      const parts = partsOf(file.bytes);
      for (const number of [3, 1, 2])
        await putPart(upload!.sign, number, parts[number - 1]!);
      const { url } = await complete(server, "ann", upload!.uploadID, file);
      expect(Bun.hash(await bytesOf(fetch(url)))).toBe(Bun.hash(file.bytes));

      const range = await fetch(url, { headers: { range: "bytes=5-14" } });
      expect(range.status).toBe(206);
      // Not what the store takes it for: stores differ.
      expect(range.headers.get("content-type")).toBe(
        "application/octet-stream",
      );
      expect(await bytesOf(range)).toEqual(file.bytes.slice(5, 15));

      const again = { ...file, name: "ann/again.bin" };
      const other = await complete(server, "ann", upload!.uploadID, again);
      expect((await fetch(other.url)).status).toBe(200);
      expect(server.s3?.openUploads() ?? 0).toBe(0);
    });

    test("goes on with signatures made later", async () => {
      await using server = await serve();
      const file = big("ann/big.bin");
      const { upload } = await initiate(server, "ann", file, { maxParts: 1 });
      const parts = partsOf(file.bytes);
      const { uploadID } = upload!;
      expect(upload!.sign?.parts).toHaveLength(1);
      await putPart(upload!.sign, 1, parts[0]!);
      const sign = await server.post<AuthSignParts>("ann", AuthSign, {
        uploadID,
        partNumbers: [2, 3],
      });
      await putPart(sign, 2, parts[1]!);
      await expect(
        complete(server, "ann", uploadID, file),
      ).rejects.toMatchObject({ code: 1004 });
      await putPart(sign, 3, parts[2]!);
      await complete(server, "ann", uploadID, file);
    });

    test("with a wrong part it is refused until the part is right", async () => {
      await using server = await serve();
      const file = big("ann/big.bin");
      const { upload } = await initiate(server, "ann", file, { maxParts: -1 });
      const parts = partsOf(file.bytes);
      await putPart(upload!.sign, 1, randomFile(partSize));
      await putPart(upload!.sign, 2, parts[1]!);
      await putPart(upload!.sign, 3, parts[2]!);
      const { uploadID } = upload!;
      await expect(
        complete(server, "ann", uploadID, file),
      ).rejects.toMatchObject({ code: 1001 });
      await putPart(upload!.sign, 1, parts[0]!);
      const { url } = await complete(server, "ann", uploadID, file);
      expect(Bun.hash(await bytesOf(fetch(url)))).toBe(Bun.hash(file.bytes));
    });
  });

  describe("whose upload it is", () => {
    test("somebody else's uploadID is 1002, for administrators it is not", async () => {
      await using server = await serve();
      const file = { name: "ann/big.bin", bytes: randomFile(partSize + 1) };
      const { upload } = await initiate(server, "ann", file);
      const { uploadID } = upload!;
      const mine = { ...file, name: "bob/big.bin" };
      const sign = { uploadID, partNumbers: [1] };
      await expect(
        complete(server, "bob", uploadID, mine),
      ).rejects.toMatchObject({ code: 1002 });
      await expect(server.post("bob", AuthSign, sign)).rejects.toMatchObject({
        code: 1002,
      });
      await server.post("admin", AuthSign, sign);
    });

    test("somebody else's form is 1002, and no id serves for the other kind", async () => {
      await using server = await serve();
      const form = await server.post<InitiateFormDataResp>(
        "ann",
        InitiateFormData,
        { name: "ann/f.txt", size: 3 },
      );
      const { upload } = await initiate(server, "ann", hello);
      await expect(
        server.post("bob", CompleteFormData, { id: form.id }),
      ).rejects.toMatchObject({ code: 1002 });
      await expect(
        server.post("ann", CompleteFormData, {
          id: upload!.uploadID,
        }),
      ).rejects.toMatchObject({ code: 1001 });
      await expect(
        complete(server, "ann", form.id, hello),
      ).rejects.toMatchObject({ code: 500 });
    });

    test("after a week an upload is over: 1701", async () => {
      await using server = await serve();
      const { upload } = await initiate(server, "ann", hello);
      server.advance(7 * 86_400_000);
      await expect(
        complete(server, "ann", upload!.uploadID, hello),
      ).rejects.toMatchObject({ code: 1701 });
    });
  });

  describe("a form", () => {
    const initiateForm = (server: TestObjects, size: number) =>
      server.post<InitiateFormDataResp>("ann", InitiateFormData, {
        name: "ann/form.txt",
        size,
        contentType: "text/plain",
      });

    test("brings a file, and may be completed twice", async () => {
      await using server = await serve();
      const form = await initiateForm(server, hello.bytes.length);
      expect((await postForm(form, hello.bytes)).status).toBe(200);
      for (let i = 0; i < 2; i++) {
        const { url } = await server.post<{ url: string }>(
          "ann",
          CompleteFormData,
          { id: form.id },
        );
        const response = await fetch(url);
        expect(response.headers.get("content-type")).toBe("text/plain");
        expect(await bytesOf(response)).toEqual(hello.bytes);
      }
    });

    test("without a file is 1004, with a shorter one 90007, a longer one does not fit", async () => {
      await using server = await serve();
      const form = await initiateForm(server, hello.bytes.length);
      const done = () => server.post("ann", CompleteFormData, { id: form.id });
      await expect(done()).rejects.toMatchObject({ code: 1004 });

      const longer = await postForm(form, randomFile(200_000));
      expect(longer.ok).toBe(false);
      await expect(done()).rejects.toMatchObject({ code: 1004 });

      await postForm(form, new Uint8Array(3));
      await expect(done()).rejects.toMatchObject({ code: 90007 });
      await postForm(form, hello.bytes);
      await done();
    });
  });

  describe("cleaning up", () => {
    test("uploads nobody finished are forgotten, finished ones stay", async () => {
      await using server = await serve();
      const done = await server.upload("ann", hello);
      const form = await server.post<InitiateFormDataResp>(
        "ann",
        InitiateFormData,
        { name: "ann/form.txt", size: 4 },
      );
      await postForm(form, new Uint8Array(4));
      const { url } = await server.post<{ url: string }>(
        "ann",
        CompleteFormData,
        { id: form.id },
      );
      const file = { name: "ann/b", bytes: randomFile(partSize + 1) };
      const { upload } = await initiate(server, "ann", file, { maxParts: 2 });
      await putPart(upload!.sign, 1, partsOf(file.bytes)[0]!);
      const other = { name: "ann/c", bytes: randomFile(10) };
      const { upload: small } = await initiate(server, "ann", other);
      await putPart(small!.sign, 1, other.bytes);

      expect(
        await server.feature.removeAbandonedUploads(Date.now() - 60_000),
      ).toBe(0);
      expect(await server.feature.removeAbandonedUploads(Date.now() + 1)).toBe(
        4,
      );

      expect(await bytesOf(fetch(done))).toEqual(hello.bytes);
      expect(await bytesOf(fetch(url))).toEqual(new Uint8Array(4));
      await expect(
        complete(server, "ann", upload!.uploadID, file),
      ).rejects.toMatchObject({ code: 500 });
      if (server.s3) {
        expect(server.s3.openUploads()).toBe(0);
        expect(server.s3.keys()).toHaveLength(2);
      }
    });

    test("a content stays as long as it has a name", async () => {
      await using server = await serve();
      await server.upload("ann", { ...hello, cause: "msg-file" });
      const kept = { ...hello, name: "bob/mine.txt" };
      const url = await server.upload("bob", kept);
      const { removeOutdated } = server.feature;
      expect(await removeOutdated(Date.now() + 1, ["msg-file"], 10)).toBe(1);
      expect(await removeOutdated(Date.now() + 1, ["msg-file"], 10)).toBe(0);
      expect(await bytesOf(fetch(url))).toEqual(hello.bytes);
    });
  });
});

forEachEngine("an upload that announced a false size", (open) => {
  test("has the size of the content that somebody else brought meanwhile", async () => {
    await using storage = await open();
    await using server = await serveObjects(storage, "disk");
    const file = { ...hello, name: "bob/hello.txt" };
    const { upload } = await initiate(server, "bob", file, { size: 3 });
    await server.upload("ann", hello);
    await complete(server, "bob", upload!.uploadID, file);
    const object = await findObject(storage.db, file.name);
    expect(object?.size).toBe(hello.bytes.length);
  });
});
