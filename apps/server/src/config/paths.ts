import { listSettings } from "./settings.ts";

/** The value at a place like `multiLogin.policy`. */
export const valueAt = (config: object, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>(
      (at, key) => (at as Record<string, unknown> | undefined)?.[key],
      config,
    );

/** Puts a value there, and makes the way. */
export function place(
  target: Record<string, unknown>,
  [key = "", ...rest]: string[],
  value: unknown,
): void {
  if (rest.length === 0) target[key] = value;
  else place((target[key] ??= {}) as Record<string, unknown>, rest, value);
}

/**
 * Flattens a nested object to paths of settings. Unknown values stay in, for
 * the check.
 */
export function leavesOf(content: object): Record<string, unknown> {
  const known = new Set(listSettings().map(({ path }) => path));
  const leaves: Record<string, unknown> = {};
  const walk = (node: object, prefix: string): void => {
    for (const [key, value] of Object.entries(node) as [string, unknown][]) {
      const path = prefix + key;
      const isGroup =
        value !== null && typeof value === "object" && !Array.isArray(value);
      if (isGroup && !known.has(path)) walk(value, `${path}.`);
      else leaves[path] = value;
    }
  };
  walk(content, "");
  return leaves;
}
