/** The server broke a promise: the bench fails. */
export class VerificationError extends Error {
  override readonly name = "VerificationError";
}

/**
 * Checks one conversation: every member gets every message exactly once, in
 * the order of its seqs, without a gap; all members see the same message at
 * the same seq; and the messages of each sender keep their order.
 */
export class ConversationCheck {
  readonly #name: string;
  readonly #senders: number;
  /** The last seq that each member received. */
  readonly #lastSeq: Float64Array;
  /** Number of messages that each member received from each sender. */
  readonly #got: Uint32Array;
  /** Number of messages that each sender sent. */
  readonly #sent: Uint32Array;
  /** The first message seen at each seq after `baseSeq`. */
  readonly #atSeq: number[] = [];
  readonly #baseSeq: number;
  /** Messages of each sender that the server refused. */
  readonly #refused: Set<number>[] | undefined;
  /** Messages that later ones overtook, by member and sender. */
  readonly #skipped = new Map<number, number[]>();

  /** `baseSeq`: what the conversation held before; pushes of that are late. */
  constructor(
    name: string,
    counts: { members: number; senders: number },
    baseSeq: number,
    { mayRefuse = false } = {},
  ) {
    const { members, senders } = counts;
    this.#name = name;
    this.#senders = senders;
    this.#lastSeq = new Float64Array(members).fill(baseSeq);
    this.#got = new Uint32Array(members * senders);
    this.#sent = new Uint32Array(senders);
    this.#baseSeq = baseSeq;
    if (mayRefuse)
      this.#refused = Array.from({ length: senders }, () => new Set());
  }

  /** Returns the message's place among its sender's, from 0. */
  sent(sender: number): number {
    return this.#sent[sender]!++;
  }

  /** The server said that it did not take a message: nobody may get it. */
  refused(sender: number, counter: number): void {
    this.#refused?.[sender]?.add(counter);
  }

  /** A message reached a member. */
  received(member: number, sender: number, counter: number, seq: number): void {
    this.#requireNext(member, seq);
    const place = member * this.#senders + sender;
    const expected = this.#got[place]!;
    // A refusal may come after what was sent later: it is looked at in the end.
    if (this.#refused && counter > expected) {
      const skipped = this.#skipped.get(place) ?? [];
      for (let each = expected; each < counter; each++) skipped.push(each);
      this.#skipped.set(place, skipped);
    } else if (counter !== expected)
      throw this.#error(
        `member ${member} got message ${counter} of sender ${sender} instead of ${expected} (seq ${seq})`,
      );
    if (counter >= this.#sent[sender]!)
      throw this.#error(`message ${counter} of sender ${sender} was not sent`);
    this.#got[place] = counter + 1;
    const index = seq - this.#baseSeq - 1;
    const id = sender * 0x1_0000_0000 + counter;
    const first = (this.#atSeq[index] ??= id);
    if (first !== id)
      throw this.#error(`members disagree about what is at seq ${seq}`);
  }

  /** A message that the server itself wrote in the conversation. */
  receivedNotice(member: number, seq: number): void {
    if (seq <= this.#baseSeq) return;
    this.#requireNext(member, seq);
  }

  /** Throws unless every member has every message that was sent. */
  requireComplete(): void {
    const members = this.#lastSeq.length;
    for (let member = 0; member < members; member++)
      for (let sender = 0; sender < this.#senders; sender++) {
        const place = member * this.#senders + sender;
        const got = this.#got[place]!;
        const sent = this.#sent[sender]!;
        if (this.#refused) {
          this.#requireRefused(member, sender, [
            ...(this.#skipped.get(place) ?? []),
            ...Array.from({ length: sent - got }, (_, i) => got + i),
          ]);
          continue;
        }
        if (got !== sent)
          throw this.#error(
            `member ${member} got ${got} of the ${sent} messages of sender ${sender}`,
          );
      }
  }

  #requireRefused(member: number, sender: number, missing: number[]): void {
    const refused = this.#refused![sender]!;
    const lost = missing.find((counter) => !refused.has(counter));
    if (lost !== undefined)
      throw this.#error(
        `member ${member} never got message ${lost} of sender ${sender}, which was not refused`,
      );
    if (missing.length !== refused.size)
      throw this.#error(
        `member ${member} got a message of sender ${sender} that was refused`,
      );
  }

  #requireNext(member: number, seq: number): void {
    const expected = this.#lastSeq[member]! + 1;
    if (seq !== expected)
      throw this.#error(
        `member ${member} got seq ${seq} instead of ${expected}`,
      );
    this.#lastSeq[member] = seq;
  }

  #error(text: string): VerificationError {
    return new VerificationError(`conversation ${this.#name}: ${text}`);
  }
}
