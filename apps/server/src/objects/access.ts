import { errors } from "@parley/protocol/errors";
import type { AccessURLResp } from "@parley/protocol/generated/third";

import type { ContentStore, Download } from "./content-store.ts";
import type { Directory } from "./directory.ts";
import { attachmentOf, isPictureType } from "./names.ts";
import type { StoredObject } from "./store.ts";
import { wantsOriginal } from "./thumbnail-size.ts";
import type { FindThumbnail } from "./thumbnails.ts";

/**
 * An address that shows the object to whoever has it, for a while. Throws 1004
 * for an unknown name, 1001 for a `type` that is none, 500 for an image that is
 * none. `origin` is what addresses of this server begin with.
 */
export type ObjectAccess = (
  name: string,
  query: Readonly<Record<string, string>>,
  origin: string,
) => Promise<AccessURLResp>;

export interface ObjectAccessDeps {
  directory: Directory;
  contents: ContentStore;
  findThumbnail: FindThumbnail;
  lifetimeMs: number;
  now: () => number;
}

const hour = 3_600_000;

export function createObjectAccess(deps: ObjectAccessDeps): ObjectAccess {
  async function downloadOf(
    { name, key, contentType }: StoredObject,
    query: Readonly<Record<string, string>>,
  ): Promise<Download> {
    const { type = "" } = query;
    if (type === "")
      return { key, contentType, disposition: attachmentOf(name) };
    if (type !== "image") throw errors.args("type is neither empty nor image");
    if (wantsOriginal(query))
      // Not as an attachment, so nothing but a picture may be shown.
      return {
        key,
        contentType: isPictureType(contentType) ? contentType : "",
        disposition: "",
      };
    return { ...(await deps.findThumbnail(key, query)), disposition: "" };
  }

  return async (name, query, origin) => {
    const object = await deps.directory.find(name);
    if (!object) throw errors.notFound("there is no such object");
    const expireTime = deps.now() + deps.lifetimeMs;
    const url = await deps.contents.signDownload(
      await downloadOf(object, query),
      // The same address for an hour, so that browsers keep what they fetched.
      Math.ceil(expireTime / hour) * hour,
      origin,
    );
    return { url, expireTime };
  };
}
