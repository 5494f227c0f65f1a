import { chunksOf } from "./chunks.ts";

/**
 * Batches calls: all calls made while the current turn's promises settle go to
 * `askAll` in one list of bounded length. It returns results in the order of
 * the list.
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
    for (const chunk of chunksOf(questions, most)) void ask(chunk);
  }

  return (key) =>
    new Promise((resolve, reject) => {
      if (waiting.push({ key, resolve, reject }) === 1)
        queueMicrotask(askAllWaiting);
    });
}
