import { spawnSync } from "node:child_process";

const browsers = ["chromium", "chromium-browser", "google-chrome-stable"];

/**
 * Puts Chromium on a Debian machine where it is missing, and its path into
 * CHROMIUM_PATH for the tests. Throws with what to do where it cannot.
 */
export async function installChromium(): Promise<void> {
  if (process.env.CHROMIUM_PATH) return;
  let path = findChromium();
  const hasApt = Bun.which("apt-get") !== null;
  if (path === null && hasApt && process.getuid?.() === 0) {
    console.log("Installing Debian's Chromium …");
    apt("update");
    apt("install", "-y", "--no-install-recommends", "chromium");
    path = findChromium();
  }
  if (path === null) {
    throw new Error(
      hasApt
        ? "Chromium is missing; run: sudo apt-get install --no-install-recommends chromium"
        : "Chromium is missing; install it and set CHROMIUM_PATH to its executable",
    );
  }
  process.env.CHROMIUM_PATH = path;
}

function findChromium() {
  for (const name of browsers) {
    const path = Bun.which(name);
    if (path !== null) return path;
  }
  return null;
}

function apt(...args: string[]) {
  const { status } = spawnSync("apt-get", ["-qq", ...args], {
    stdio: "inherit",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  // A mirror that is out of step fails an update that an install can do without.
  if (status !== 0) console.error(`apt-get ${args[0]} failed (${status})`);
}
