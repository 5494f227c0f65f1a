import { errors } from "@parley/protocol/errors";

/**
 * Required members of a message's content over REST
 * (docs/wire/messages.md#sending-over-rest). Types are loose: "3" is a number.
 */
type Rule = (value: unknown, at: string) => void;

type Members = Record<string, unknown>;

const isMissing = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || value === 0;

const given: Rule = (value, at) => {
  if (isMissing(value)) throw errors.internal(`content.${at} is empty`);
};

/** Numbers and texts that read as one; what is absent counts as 0. */
const number =
  (min: number, max: number): Rule =>
  (value, at) => {
    const found = value === undefined || value === null ? 0 : Number(value);
    if (!Number.isFinite(found) || found < min || found > max)
      throw errors.internal(`content.${at} is not a number of ${min} or more`);
  };

const list =
  (max: number): Rule =>
  (value, at) => {
    if (!Array.isArray(value))
      throw errors.internal(`content.${at} is not a list`);
    if (value.length > max)
      throw errors.internal(`content.${at} has more than ${max} entries`);
  };

const object =
  (rules: Record<string, Rule>): Rule =>
  (value, at) => {
    if (value === null || typeof value !== "object" || Array.isArray(value))
      throw errors.internal(`content${at && `.${at}`} is not an object`);
    for (const [key, rule] of Object.entries(rules))
      rule((value as Members)[key], at === "" ? key : `${at}.${key}`);
  };

const optional =
  (rule: Rule): Rule =>
  (value, at) => {
    if (value !== undefined && value !== null) rule(value, at);
  };

const positive = number(1, Number.MAX_SAFE_INTEGER);

const image = object({
  type: given,
  width: positive,
  height: positive,
  url: given,
});
const picture = object({
  sourcePicture: image,
  bigPicture: image,
  snapshotPicture: image,
});
const voice = object({ sourceUrl: given, duration: positive });
const video = object({
  videoUrl: given,
  videoType: given,
  videoSize: positive,
  duration: positive,
  snapshotUrl: given,
  snapshotWidth: positive,
  snapshotHeight: positive,
});
const file = object({ sourceUrl: given, fileName: given, fileSize: positive });

const rules = new Map<number, Rule>([
  [101, object({ content: given })],
  [102, picture],
  [103, voice],
  [104, video],
  [105, file],
  [106, object({ text: optional(() => undefined), atUserList: list(1_000) })],
  [110, object({ data: given })],
  [114, object({ text: optional(() => undefined) })],
  [118, object({ content: given })],
  [
    1400,
    object({
      notificationName: given,
      notificationType: positive,
      text: given,
      mixType: number(0, 5),
      pictureElem: optional(picture),
      soundElem: optional(voice),
      videoElem: optional(video),
      fileElem: optional(file),
    }),
  ],
]);

/**
 * Throws 1001 for a contentType that backends may not send, 500 for content
 * that lacks what its type needs.
 */
export function requireContent(contentType: number, content: Members): void {
  const rule = rules.get(contentType);
  if (!rule) throw errors.args();
  rule(content, "");
}
