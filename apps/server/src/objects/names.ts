import { errors } from "@parley/protocol/errors";

import type { Actor } from "../http/actor.ts";

const maxNameBytes = 1_024;

/** 1001 for a name nothing may have, 1002 for one below another user. */
export function requireName(actor: Actor, name: string): void {
  if (name.trim() === "") throw errors.args("name is empty");
  requireText("name", name);
  if (name.startsWith("/")) throw errors.args("name begins with /");
  if (!actor.isAdmin && !name.startsWith(`${actor.userID}/`))
    throw errors.noPermission(`name must begin with ${actor.userID}/`);
}

/** Throws 1001 for a text that cannot be kept, or is unreasonably long. */
export function requireText(what: string, text: string): void {
  if (!isText(text))
    throw errors.args(`${what} is no UTF-8 of up to ${maxNameBytes} bytes`);
}

/** PostgreSQL keeps no NUL. */
export const isText = (text: string): boolean =>
  Buffer.byteLength(text) <= maxNameBytes &&
  text.isWellFormed() &&
  !text.includes("\0");

/**
 * Makes a browser download the file, so that it never renders in our origin.
 */
export const attachmentOf = (name: string): string =>
  `attachment; filename*=UTF-8''${escape(name.slice(name.lastIndexOf("/") + 1))}`;

/** RFC 5987. */
const escape = (text: string): string =>
  encodeURIComponent(text).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** Returns whether a text may be copied into a response header. */
export const isHeaderSafe = (text: string): boolean =>
  /^[\x20-\x7e]*$/.test(text);

/** Types that show nothing but pixels, whatever the file holds. */
const pictures = /^image\/(png|jpeg|gif|webp|bmp|tiff|avif)$/;

export const isPictureType = (contentType: string): boolean =>
  pictures.test(contentType);
