import type { Logger } from "../watching/logger.ts";

/** A picture's format as `image/…` names it, and its size as it is shown. */
export interface Picture {
  format: string;
  width: number;
  height: number;
}

export interface Pictures {
  /** null if the bytes are no picture, or one too large to be looked at. */
  describe(bytes: Uint8Array<ArrayBuffer>): Promise<Picture | null>;
  /**
   * The picture in that size and format; null where pictures cannot be made,
   * and the original must do. Throws when the picture is broken.
   */
  resize(
    bytes: Uint8Array<ArrayBuffer>,
    wanted: Picture,
  ): Promise<Uint8Array<ArrayBuffer> | null>;
}

/** Beyond it a picture is a bomb, not a photo. */
const maxPixels = 2 ** 27;
/**
 * Progressive pictures are decoded in memory as a whole, at 6 bytes per pixel.
 */
const maxProgressivePixels = 2 ** 25;
const seconds = 20;
/** Enables only these loaders; the library would choose others by content. */
const loaders = ["Png", "Jpeg", "Nsgif", "Webp", "Tiff"].map(
  (format) => `VipsForeignLoad${format}`,
);

type Sharp = (typeof import("sharp"))["default"];

/** The library is loaded with the first picture: few servers need it at once. */
export function createPictures(
  logger: Pick<Logger, "warn">,
  importLibrary: () => Promise<{ default: Sharp }> = () => import("sharp"),
): Pictures {
  let loading: Promise<Sharp | null> | undefined;

  async function load(): Promise<Sharp | null> {
    try {
      const { default: sharp } = await importLibrary();
      // Strangers choose the pictures: one core and no memory of them.
      sharp.concurrency(1);
      sharp.cache(false);
      sharp.block({ operation: ["VipsForeignLoad"] });
      sharp.unblock({ operation: loaders });
      return sharp;
    } catch (error) {
      const [reason] = String(error).split("\n");
      logger.warn(
        { reason },
        "objects: sharp cannot be loaded, so originals are sent for thumbnails",
      );
      return null;
    }
  }

  const options = { limitInputPixels: maxPixels, failOn: "error" } as const;

  return {
    async describe(bytes) {
      const format = formatOf(bytes);
      if (format === null) return null;
      const sharp = await (loading ??= load());
      // Nobody will ask for another size of it, see resize().
      if (!sharp || format === "bmp") return { format, width: 0, height: 0 };
      try {
        const { autoOrient, isProgressive } = await sharp(
          bytes,
          options,
        ).metadata();
        const { width, height } = autoOrient;
        const most = isProgressive ? maxProgressivePixels : maxPixels;
        return width * height <= most ? { format, width, height } : null;
      } catch {
        return null; // it only begins like a picture
      }
    },

    async resize(bytes, { format, width, height }) {
      const sharp = await (loading ??= load());
      if (!sharp || formatOf(bytes) === "bmp") return null;
      const image = sharp(bytes, options)
        .timeout({ seconds })
        .autoOrient()
        .resize(width, height, { fit: "fill" });
      const buffer = await (
        format === "jpeg"
          ? image.flatten({ background: "white" }).jpeg()
          : format === "gif"
            ? image.gif()
            : image.png()
      ).toBuffer();
      return new Uint8Array(buffer);
    },
  };
}

/** First bytes of each format, in hex; WebP has its length in between. */
const signatures: readonly [format: string, begin: RegExp][] = [
  ["png", /^89504e470d0a1a0a/],
  ["jpeg", /^ffd8ff/],
  ["gif", /^47494638(37|39)61/],
  ["webp", /^52494646.{8}57454250/],
  ["tiff", /^(49492a00|4d4d002a)/],
  ["bmp", /^424d/],
];

/**
 * Detects the format by magic bytes, so that the library never sees SVG or PDF,
 * which can make it read other files.
 */
export function formatOf(bytes: Uint8Array): string | null {
  const begin = Buffer.from(bytes.subarray(0, 12)).toString("hex");
  return signatures.find(([, each]) => each.test(begin))?.[0] ?? null;
}
