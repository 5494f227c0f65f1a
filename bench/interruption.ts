const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** Called once, with the exit code. Otherwise no listener of "exit" is. */
export function onInterruption(interrupt: (code: number) => void): void {
  let isInterrupted = false;
  for (const [signal, number] of Object.entries(signals))
    process.on(signal, () => {
      if (!isInterrupted) interrupt(128 + number);
      isInterrupted = true;
    });
}

/**
 * Runs work that leaves things behind. They are removed when it ends, and also
 * when a signal ends it: then the process ends, too.
 */
export async function removingWhatIsLeft<T>(
  work: (left: AsyncDisposableStack) => Promise<T>,
): Promise<T> {
  const left = new AsyncDisposableStack();
  let isInterrupted = false;
  onInterruption((code) => {
    isInterrupted = true;
    console.error("interrupted: removing what was made");
    left
      .disposeAsync()
      .catch(console.error)
      .finally(() => process.exit(code));
  });
  try {
    return await work(left);
  } finally {
    // Work that was cut off fails at once, while its things are being removed.
    if (isInterrupted) await new Promise(() => undefined);
    await left.disposeAsync();
  }
}
