import { chunksOf } from "./chunks.ts";

/**
 * Milliseconds that a question waits for the answers to those before it: a database
 * that hangs gives none.
 */
const patienceMs = 20;

/**
 * Batches calls: `askAll` gets all calls that are made while the current turn's
 * promises settle, or until its last answer is there, in one list of bounded length.
 * The more there is to ask, the more goes together. It returns results in the order
 * of the list.
 */
export function together<Key, Found>(
  askAll: (keys: readonly Key[]) => Promise<readonly Found[]>,
  most = 100,
): (key: Key) => Promise<Found> {
  interface Question {
    key: Key;
    resolve(found: Found): void;
    reject(error: unknown): void;
  }
  let waiting: Question[] = [];
  /** Resolves with the newest answers; undefined: all are there. */
  let asking: Promise<void> | undefined;

  async function ask(questions: readonly Question[]): Promise<void> {
    try {
      const found = await askAll(questions.map(({ key }) => key));
      questions.forEach(({ resolve }, at) => resolve(found[at] as Found));
    } catch (error) {
      for (const { reject } of questions) reject(error);
    }
  }

  function askAllWaiting(): void {
    const questions = waiting;
    waiting = [];
    const asked = Promise.all([...chunksOf(questions, most)].map(ask)).then(
      () => {
        if (asking === asked) asking = undefined;
      },
    );
    asking = asked;
  }

  return (key) =>
    new Promise((resolve, reject) => {
      if (waiting.push({ key, resolve, reject }) > 1) return;
      if (asking) void settledOrLate(asking).then(askAllWaiting);
      else queueMicrotask(askAllWaiting);
    });
}

function settledOrLate(answered: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, patienceMs);
    void answered.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
