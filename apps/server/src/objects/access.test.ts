import { readdirSync } from "node:fs";
import path from "node:path";

import { describe, expect, test } from "bun:test";

import sharp from "sharp";

import {
  accessURL,
  bytesOf,
  complete,
  forEachStore,
  hello,
  initiate,
  putPart,
} from "../../testing/objects/objects.ts";
import type { TestObjects } from "../../testing/objects/objects.ts";

// Every store must pass these, over HTTP as clients do it.
forEachStore("showing", (serve) => {
  describe("names", () => {
    test("unknown and empty ones are 1004, and 404 in a browser", async () => {
      await using server = await serve();
      for (const name of ["", "ann/none"]) {
        await expect(accessURL(server, name)).rejects.toMatchObject({
          code: 1004,
        });
        const response = await fetch(`${server.url}/object/${name}`);
        expect(response.status).toBe(404);
      }
      const broken = await fetch(`${server.url}/object/%ff`);
      expect(broken.status).toBe(404);
    });

    test("odd ones are found and called by their last part", async () => {
      await using server = await serve();
      const name = "ann/a b/übung 'eins'#?%41.txt";
      const { url: address } = await initiateAndPut(server, name);
      expect(address).toBe(`${server.url}/object/${name}`);
      const response = await fetch(
        `${server.url}/object/${name.split("/").map(encodeURIComponent).join("/")}`,
      );
      expect(response.headers.get("content-disposition")).toBe(
        "attachment; filename*=UTF-8''%C3%BCbung%20%27eins%27%23%3F%2541.txt",
      );
    });

    test("a name that is used again stands for the newer content", async () => {
      await using server = await serve();
      await server.upload("ann", hello);
      const bytes = new TextEncoder().encode("another");
      const url = await server.upload("ann", { ...hello, bytes });
      expect(await bytesOf(fetch(url))).toEqual(bytes);
    });

    async function initiateAndPut(server: TestObjects, name: string) {
      const file = { ...hello, name };
      const { upload } = await initiate(server, "ann", file);
      await putPart(upload!.sign, 1, file.bytes);
      return complete(server, "ann", upload!.uploadID, file);
    }
  });

  describe("pictures", () => {
    const picture = (width: number, height: number) =>
      sharp({ create: { width, height, channels: 3, background: "teal" } });

    async function shown(response: Response) {
      const { format, width, height } = await sharp(
        Buffer.from(await bytesOf(response)),
      ).metadata();
      return `${response.headers.get("content-type")} ${format} ${width}x${height}`;
    }

    test("are shown smaller, made once, and go with their original", async () => {
      await using server = await serve();
      const bytes = new Uint8Array(await picture(600, 300).png().toBuffer());
      const url = await server.upload("ann", {
        name: "ann/p.png",
        bytes,
        contentType: "image/png",
        cause: "msg-picture",
      });
      const small = `${url}?type=image&width=200&height=200`;
      expect(await shown(await fetch(small))).toBe("image/png png 200x100");
      expect(await shown(await fetch(`${small}&format=jpg`))).toBe(
        "image/jpeg jpeg 200x100",
      );
      expect(
        (await fetch(small)).headers.get("content-disposition"),
      ).toBeNull();
      if (server.s3) expect(server.s3.keys()).toHaveLength(3);

      server.advance(1_000);
      const removed = await server.feature.removeOutdated(
        Date.now() + 500,
        ["msg-picture"],
        10,
      );
      expect(removed).toBe(1);
      expect((await fetch(url)).status).toBe(404);
      if (server.s3) expect(server.s3.keys()).toHaveLength(0);
    });

    test("in ever more sizes fill no disk: the oldest go, and come back when asked for", async () => {
      await using server = await serve();
      const bytes = new Uint8Array(await picture(64, 64).png().toBuffer());
      const url = await server.upload("ann", { name: "ann/p.png", bytes });
      const small = (width: number) => `${url}?type=image&width=${width}`;
      for (let width = 1; width <= 40; width++) {
        expect((await fetch(small(width))).status).toBe(200);
        server.advance(1);
      }
      const kept = server.s3
        ? server.s3.keys().filter((key) => key.includes("thumbnail/"))
        : readdirSync(path.join(server.folder, "objects", "thumbnail"), {
            recursive: true,
            withFileTypes: true,
          }).filter((each) => each.isFile());
      expect(kept).toHaveLength(32);
      expect(await shown(await fetch(small(40)))).toBe("image/png png 40x40");
      expect(await shown(await fetch(small(1)))).toBe("image/png png 1x1");
    });

    test("are turned as the camera was held", async () => {
      await using server = await serve();
      const bytes = new Uint8Array(
        await picture(60, 30)
          .withMetadata({ orientation: 6 })
          .jpeg()
          .toBuffer(),
      );
      const url = await server.upload("ann", { name: "ann/p.jpg", bytes });
      const small = await fetch(`${url}?type=image&width=15&format=jpeg`);
      expect(await shown(small)).toBe("image/jpeg jpeg 15x30");
    });

    test.each([
      ["text", "hello"],
      ["SVG", "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"],
      ["what only begins like a picture", "GIF89a and then nothing"],
    ])("%s is none: 500", async (_what, text) => {
      await using server = await serve();
      const bytes = new TextEncoder().encode(text);
      await server.upload("ann", {
        name: "ann/x",
        bytes,
        contentType: "image/png",
      });
      const query = { type: "image", width: "10" };
      await expect(accessURL(server, "ann/x", query)).rejects.toMatchObject({
        code: 500,
      });
      const page = await fetch(`${server.url}/object/ann/x?type=image&width=1`);
      expect(page.status).toBe(500);
    });
  });
});
