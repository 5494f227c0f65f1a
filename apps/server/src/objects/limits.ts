import { errors } from "@parley/protocol/errors";

/** docs/wire/objects.md#names-and-hashes; the SDK computes part sizes from these itself. */
export const partLimits = {
  minPartSize: 5_242_880,
  maxPartSize: 5_368_709_120,
  maxNumSize: 10_000,
} as const;

/** A form, and a copy within S3, is one request. */
export const maxSinglePiece = 5_368_709_120;

/** Throws 500, as OpenIM does, for a size that no upload can have. */
export function partSizeOf(size: number): number {
  const { minPartSize, maxPartSize, maxNumSize } = partLimits;
  if (size <= 0) throw errors.internal("size must be above 0");
  if (size > maxPartSize * maxNumSize)
    throw errors.internal(`size ${size} is more than any upload may have`);
  return Math.max(minPartSize, Math.ceil(size / maxNumSize));
}

export const partCountOf = (size: number, partSize: number): number =>
  Math.ceil(size / partSize);

/** Returns the size of a part in bytes; 0: there is no such part. */
export function sizeOfPart(
  { size, partSize }: { size: number; partSize: number },
  partNumber: number,
): number {
  const before = (partNumber - 1) * partSize;
  return partNumber < 1 || before >= size
    ? 0
    : Math.min(partSize, size - before);
}
