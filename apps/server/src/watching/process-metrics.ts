import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";

import type { AllSeries } from "./series.ts";

/** process_* under the names every board knows, and the event loop's delay. */
export function watchProcess({ read, histogram }: AllSeries): void {
  const gauge = (
    name: string,
    help: string,
    value: () => number | Promise<number>,
  ): void => read("gauge", name, help, value);

  const started = Math.floor(Date.now() / 1_000 - process.uptime());
  gauge("process_start_time_seconds", "Start of the process", () => started);
  gauge("process_resident_memory_bytes", "Resident memory", () =>
    process.memoryUsage.rss(),
  );
  read("counter", "process_cpu_seconds_total", "CPU time used", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  // Only Linux tells the rest; a series that is not there beats a false one.
  if (existsSync("/proc/self/limits")) {
    gauge("process_open_fds", "Open files and sockets", countOpenFiles);
    gauge("process_max_fds", "How many it may open", () =>
      readLimit("Max open files"),
    );
    gauge("process_virtual_memory_bytes", "Virtual memory", readVirtualMemory);
    gauge("process_virtual_memory_max_bytes", "How much it may take", () =>
      readLimit("Max address space"),
    );
  }

  const delay = histogram(
    "parley_event_loop_delay_seconds",
    "How late timers fire",
    [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1],
  );
  const every = 100;
  let due = performance.now() + every;
  setInterval(() => {
    const at = performance.now();
    delay.observe(Math.max(0, at - due) / 1_000);
    due = at + every;
  }, every).unref();
}

async function countOpenFiles(): Promise<number> {
  // Since Linux 6.2 the folder's size is their number: a hundred thousand
  // sockets need not be listed.
  const { size } = await stat("/proc/self/fd");
  return size > 0 ? size : (await readdir("/proc/self/fd")).length;
}

async function readLimit(name: string): Promise<number> {
  const limits = await readFile("/proc/self/limits", "utf8");
  const line = limits.split("\n").find((each) => each.startsWith(name)) ?? "";
  const soft = line.slice(name.length).trim().split(/\s+/)[0] ?? "";
  // Prometheus clients report "unlimited" like this.
  return soft === "unlimited" ? 2 ** 64 : Number(soft);
}

async function readVirtualMemory(): Promise<number> {
  const status = await readFile("/proc/self/status", "utf8");
  return Number(/^VmSize:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1_024;
}
