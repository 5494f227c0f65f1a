/** Nobody is there for any of the kind: all of it waits, and nothing counts as tried. */
export class ReceiverAway extends Error {
  override readonly name = "ReceiverAway";
}

/** Trying again would not help: the follow-up is dropped. */
export class GiveUp extends Error {
  override readonly name = "GiveUp";
  readonly reason: string;

  constructor(reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
