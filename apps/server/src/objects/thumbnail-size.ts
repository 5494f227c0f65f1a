import type { Picture } from "./picture.ts";

/** Query parameters of a picture's address. */
export type ImageQuery = Readonly<
  Partial<Record<"width" | "height" | "format", string>>
>;

/** Beyond it the original is sent. */
const largest = 1_024;

/** Sends the original without looking at it, as OpenIM does. */
export function wantsOriginal(query: ImageQuery): boolean {
  const [width, height] = [toNumber(query.width), toNumber(query.height)];
  return (
    width > largest ||
    height > largest ||
    (width < 0 && height < 0 && !query.format)
  );
}

/**
 * Returns the thumbnail's size and format (docs/wire/objects.md#downloading);
 * never larger than the source.
 */
export function thumbnailOf(source: Picture, query: ImageQuery): Picture {
  const fit = (asked: number, whole: number) =>
    asked <= 0 || asked > whole ? whole : asked;
  const width = fit(toNumber(query.width), source.width);
  const height = fit(toNumber(query.height), source.height);
  const format = toFormat(query.format ?? "");
  const scale = Math.min(width / source.width, height / source.height);
  const scaled = (whole: number) => Math.max(1, Math.trunc(whole * scale));
  return width === source.width && height === source.height
    ? { format, width, height }
    : { format, width: scaled(source.width), height: scaled(source.height) };
}

/** Anything but a whole number counts as 0. */
const toNumber = (text = ""): number =>
  /^[+-]?\d{1,15}$/.test(text) ? Number(text) : 0;

function toFormat(text: string): string {
  const format = text.toLowerCase();
  if (format === "jpg" || format === "jpeg") return "jpeg";
  return format === "gif" ? "gif" : "png";
}
