import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

import type { BunPlugin } from "bun";

/**
 * Puts sharp's native libraries into an executable: it looks for them in
 * node_modules, and the machine that runs the executable has none. They are
 * unpacked with the first picture, and their files are gone again at once where
 * the system allows it.
 */
export function nativePictures(root: string, platform: string): BunPlugin {
  const packages = join(root, "node_modules", "@img");
  // Their libraries find each other by where they lie.
  const files = [`sharp-${platform}`, `sharp-libvips-${platform}`]
    .map((name) => join(name, "lib"))
    .filter((folder) => existsSync(join(packages, folder)))
    .flatMap((folder) =>
      readdirSync(join(packages, folder))
        .filter((name) => /\.(node|dll|dylib|so(\.[\d.]+)?)$/.test(name))
        .map((name) => join(folder, name)),
    );
  const addon = files.find((file) => file.endsWith(".node"));
  return {
    name: "native-pictures",
    setup(build) {
      if (addon === undefined) {
        console.warn(
          `no thumbnails: sharp's libraries for ${platform} are not installed (npm install --os=… --cpu=… sharp)`,
        );
        return;
      }
      build.onLoad({ filter: /[\\/]sharp[\\/]dist[\\/]sharp\.mjs$/ }, () => ({
        loader: "js",
        contents: unpacking(
          files.map((file) => [file, join(packages, file)]),
          addon,
        ),
      }));
    },
  };
}

/** The module that sharp's own, which searches node_modules, is replaced by. */
const unpacking = (
  files: readonly (readonly [file: string, source: string])[],
  addon: string,
): string => `
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
${files.map(([, source], i) => `import file${i} from ${JSON.stringify(source)} with { type: "file" };`).join("\n")}

const folder = mkdtempSync(join(tmpdir(), "parley-pictures-"));
const loaded = { exports: {} };
try {
  for (const each of ${JSON.stringify([...new Set(files.map(([file]) => dirname(file)))])})
    mkdirSync(join(folder, each), { recursive: true });
${files.map(([file], i) => `  writeFileSync(join(folder, ${JSON.stringify(file)}), readFileSync(file${i}));`).join("\n")}
  process.dlopen(loaded, join(folder, ${JSON.stringify(addon)}));
} finally {
  // Windows keeps what is in use.
  try { rmSync(folder, { recursive: true }); } catch {}
}
export default loaded.exports;
`;
