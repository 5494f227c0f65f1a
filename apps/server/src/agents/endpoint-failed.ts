export type FailureReason =
  /** It did not answer, or not as it should. */
  | "failed"
  /** It does not want this question, or the key. */
  | "refused"
  | "timedOut"
  /** We gave up: the server stops. */
  | "stopped";

/** An endpoint gave no answer, or a part of one. */
export class EndpointFailed extends Error {
  override readonly name = "EndpointFailed";
  readonly reason: FailureReason;
  /** It would have answered in one piece. */
  wantsNoStream = false;
  /** The part of the answer received before the failure. */
  partial = "";

  constructor(reason: FailureReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
