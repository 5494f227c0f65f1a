/**
 * Returns the first difference in shape between a page's example and a real
 * value, or undefined. Null and empty lists match everything.
 */
export function difference(
  example: unknown,
  real: unknown,
  at = "",
): string | undefined {
  if (example === null || real === null) return undefined;
  const [kind, realKind] = [kindOf(example), kindOf(real)];
  if (kind !== realKind)
    return `${at || "the example"} is ${kind}, but really ${realKind}`;
  if (Array.isArray(example) && Array.isArray(real)) {
    if (example.length === 0 || real.length === 0) return undefined;
    return difference(example[0], real[0], `${at}[0]`);
  }
  if (kind !== "object") return undefined;
  const [left, right] = [
    example as Record<string, unknown>,
    real as Record<string, unknown>,
  ];
  for (const name of Object.keys(left))
    if (!(name in right)) return `${at}.${name} is not really there`;
  for (const name of Object.keys(right)) {
    if (!(name in left)) return `${at}.${name} is missing`;
    const found = difference(left[name], right[name], `${at}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

const kindOf = (value: unknown): string =>
  Array.isArray(value) ? "list" : typeof value;
