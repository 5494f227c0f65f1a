import { spawnSync } from "node:child_process";

const browsers = ["chromium", "chromium-browser", "google-chrome-stable"];

/**
 * Puts Chromium on a Debian machine where it is missing, and its path into
 * CHROMIUM_PATH for the tests. Throws with what to do where it cannot.
 */
export async function installChromium(): Promise<void> {
  if (process.env.CHROMIUM_PATH) return;
  const path = findAny(browsers) ?? (install("chromium"), findAny(browsers));
  if (path === null) {
    throw new Error(
      Bun.which("apt-get") === null
        ? "Chromium is missing; install it and set CHROMIUM_PATH to its executable"
        : "Chromium is missing; run: sudo apt-get install --no-install-recommends chromium",
    );
  }
  process.env.CHROMIUM_PATH = path;
}

/**
 * Puts nats-server on a Debian machine where it is missing. Elsewhere the tests
 * that need it say so.
 */
export async function installNats(): Promise<void> {
  if (findNats() === null) install("nats-server");
}

/** Debian's package puts it where only root looks. */
export function findNats(): string | null {
  return (
    Bun.which("nats-server") ??
    Bun.which("nats-server", { PATH: "/usr/sbin:/usr/local/sbin" })
  );
}

export const noNats = `nats-server is missing; ${
  Bun.which("apt-get") === null
    ? "install it (https://nats.io/download) so that it is on the PATH"
    : "run: sudo apt-get install --no-install-recommends nats-server"
}`;

function findAny(names: readonly string[]): string | null {
  for (const name of names) {
    const path = Bun.which(name);
    if (path !== null) return path;
  }
  return null;
}

/** Installs a package, as root on Debian; elsewhere does nothing. */
function install(name: string): void {
  if (Bun.which("apt-get") === null || process.getuid?.() !== 0) return;
  console.log(`Installing Debian's ${name} …`);
  apt("update");
  apt("install", "-y", "--no-install-recommends", name);
}

function apt(...args: string[]) {
  const { status } = spawnSync("apt-get", ["-qq", ...args], {
    stdio: "inherit",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  // A mirror that is out of step fails an update that an install can do without.
  if (status !== 0) console.error(`apt-get ${args[0]} failed (${status})`);
}
