import { errors, ProtocolError } from "@parley/protocol/errors";
import { JSONError } from "@parley/protocol/go-json";
import { defineMessage } from "@parley/protocol/message";
import type { MessageType } from "@parley/protocol/message";
import { requireNoNUL } from "@parley/protocol/nul";

/** Members that every answer may have. */
interface Verdict {
  actionCode: number;
  errCode: number;
  errMsg: string;
  errDlt: string;
  nextCode: number;
}

/** Type of a hook's answer, with its members beyond the verdict. */
export type AnswerType<Members> = MessageType<Verdict & Members>;

/**
 * An answer with these members, their types in the grammar of descriptor.ts.
 * The codec of REST reads it: names in any case, null as absent, members
 * nobody knows left out (docs/webhooks.md).
 */
export function defineAnswer<Members>(
  name: string,
  members: { readonly [Member in keyof NoInfer<Members>]: string },
): AnswerType<Members> {
  return defineMessage<Verdict & Members>(`webhook.${name}`, {
    actionCode: "int32",
    errCode: "int32",
    errMsg: "string",
    errDlt: "string",
    nextCode: "int32",
    ...members,
  });
}

/** Answer type of hooks that can only allow or refuse. */
export const plainAnswer: AnswerType<object> = defineAnswer<object>(
  "Plain",
  {},
);

/** No answer that anybody could read: 90004 or 90007. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
  readonly refusal: ProtocolError;

  constructor(refusal: ProtocolError) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/**
 * Throws the refusal as the caller gets it, or NoAnswer: what a receiver says is held to
 * the limits of what clients say.
 */
export function readAnswer<Members>(
  type: AnswerType<Members>,
  text: string,
): Members {
  const answer = parse(type, text);
  const { actionCode, errCode, errMsg, errDlt, nextCode } = answer;
  if (actionCode !== 0 || nextCode !== 1) return answer;
  // OpenIM answers success, though nothing was done (docs/wire/deviations.md#webhooks).
  if (errCode === 0)
    throw errors.internal("a webhook refused the request without an errCode");
  throw new ProtocolError(errCode, errDlt, { errMsg });
}

function parse<Members>(
  type: AnswerType<Members>,
  text: string,
): Verdict & Members {
  try {
    const answer = type.limited.fromJSON(text);
    if (text.includes("\\u0000")) requireNoNUL(answer);
    return answer;
  } catch (error) {
    if (!(error instanceof JSONError || error instanceof ProtocolError))
      throw error;
    const reason =
      error instanceof ProtocolError ? error.detail : error.message;
    throw new NoAnswer(errors.data(`a webhook's answer: ${reason}`));
  }
}

/** Returns the members that are present in the answer. */
export function membersGiven<Members, Name extends keyof Members>(
  answer: Members,
  names: readonly Name[],
): { [Each in Name]?: NonNullable<Members[Each]> } {
  const found: { [Each in Name]?: NonNullable<Members[Each]> } = {};
  for (const name of names) {
    const value = answer[name];
    if (value !== null && value !== undefined) found[name] = value;
  }
  return found;
}
