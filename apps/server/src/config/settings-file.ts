import { readFileSync } from "node:fs";

import { ConfigError, unlike } from "./check.ts";
import type { Setting } from "./settings.ts";

/**
 * The values of a YAML file by the paths of their settings. A path may be
 * written as sections or with dots. Throws ConfigError.
 */
export async function readSettingsFile(
  file: string,
  settings: readonly Setting[],
): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new ConfigError(`cannot read ${file}: ${(cause as Error).message}`);
  }
  // Only who has a file pays for the parser at start.
  const { isAlias, isMap, isNode, isScalar, LineCounter, parseDocument } =
    await import("yaml");
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [error] = document.errors;
  if (error)
    throw new ConfigError(
      `${file} is not YAML: ${error.message.split("\n")[0]?.replace(/:$/, "")}`,
    );
  const known = settings.map(({ path }) => path);
  const values: Record<string, unknown> = {};

  const placeOf = (key: unknown): string => {
    const range = isScalar(key) ? key.range : undefined;
    return `${file} line ${lines.linePos(range?.[0] ?? 0).line}`;
  };

  function readSection(section: unknown, path: string, place: string): void {
    const node = isAlias(section) ? section.resolve(document) : section;
    if (!isMap(node)) {
      // All that is below it may be commented out.
      if (node === null || (isScalar(node) && node.value === null)) return;
      const [first = ""] = known.filter((each) => each.startsWith(`${path}.`));
      throw new ConfigError(
        `${place}: '${path}' is a section, not a setting; it contains settings such as ${first}`,
      );
    }
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : String(key);
      const at = path === "" ? name : `${path}.${name}`;
      if (known.includes(at)) {
        if (Object.hasOwn(values, at))
          throw new ConfigError(`${placeOf(key)}: '${at}' is set twice`);
        values[at] = isNode(value) ? (value.toJS(document) as unknown) : value;
      } else if (known.some((each) => each.startsWith(`${at}.`)))
        readSection(value, at, placeOf(key));
      else
        throw new ConfigError(
          `${placeOf(key)}: there is no setting '${at}', ${unlike(at, known)}`,
        );
    }
  }

  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null))
    return values;
  if (!isMap(contents))
    throw new ConfigError(`${file} must contain settings, one per line`);
  readSection(contents, "", file);
  return values;
}
