import { expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

import { waitsFor } from "./parents.mjs";

const stateOf = (pid: number): string | undefined =>
  /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];

// A look at the parent may fall between its end and the moment in which its
// children hear of it; whoever took it for a shell that had gone on outlived it.
test.skipIf(process.platform !== "linux")(
  "a shell that was just killed was taken for one that had gone on to something else",
  async () => {
    // The outer process waits for nobody, so the killed shell stays a zombie.
    const outer = spawn("sh", [
      "-c",
      "sh -c 'sleep 600 & echo $$ $!; wait; true' & exec sleep 600",
    ]);
    const [shell = 0, child = 0] = await new Promise<number[]>((resolve) =>
      outer.stdout.once("data", (line: Buffer) =>
        resolve(line.toString().split(" ").map(Number)),
      ),
    );
    try {
      expect(waitsFor(shell, child)).toBe(true);
      expect(waitsFor(shell, process.pid)).toBe(false);
      process.kill(shell, "SIGKILL");
      while (stateOf(shell) !== "Z") await Bun.sleep(1);
      expect(waitsFor(shell, child)).toBeUndefined();
    } finally {
      process.kill(child, "SIGKILL");
      outer.kill("SIGKILL");
    }
  },
);
