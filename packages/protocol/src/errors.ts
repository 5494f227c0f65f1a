/**
 * `errMsg` of each error code (docs/wire/rest.md#answers,
 * docs/wire/accounts.md#admission).
 */
export const errorNames: ReadonlyMap<number, string> = new Map([
  [500, "ServerInternalError"],
  [1001, "ArgsError"],
  [1002, "NoPermissionError"],
  [1003, "DuplicateKeyError"],
  [1004, "RecordNotFoundError"],
  [1101, "UserIDNotFoundError"],
  [1102, "RegisteredAlreadyError"],
  [1201, "GroupIDNotFoundError"],
  [1202, "GroupIDExisted"],
  [1203, "NotInGroupYetError"],
  [1204, "DismissedAlreadyError"],
  // Empty on the wire, too.
  [1205, ""],
  [1206, "GroupRequestHandled"],
  [1301, "CanNotAddYourselfError"],
  [1302, "BlockedByPeer"],
  [1303, "NotPeersFriend"],
  [1304, "RelationshipAlreadyError"],
  [1305, "FriendRequestHandled"],
  [1401, "MessageHasReadDisable"],
  [1402, "MutedInGroup"],
  [1403, "MutedGroup"],
  [1404, "MsgAlreadyRevoke"],
  [1501, "TokenExpiredError"],
  [1502, "TokenInvalidError"],
  [1503, "TokenMalformedError"],
  [1504, "TokenNotValidYetError"],
  [1505, "TokenUnknownError"],
  [1506, "TokenKickedError"],
  [1507, "TokenNotExistError"],
  [1520, "OrgUserNoPermissionError"],
  [1601, "ConnOverMaxNumLimit"],
  [1602, "args err, need token, sendID, platformID"],
  [1603, "push msg err"],
  [1604, "ios background push err"],
  [1701, "FileUploadedExpiredError"],
  [20001, "PasswordError"],
  [20002, "AccountNotFound"],
  [20003, "PhoneAlreadyRegister"],
  [20004, "AccountAlreadyRegister"],
  [20005, "VerifyCodeSendFrequently"],
  [20006, "VerifyCodeNotMatch"],
  [20007, "VerifyCodeExpired"],
  [20008, "VerifyCodeMaxCount"],
  [20009, "VerifyCodeUsed"],
  [20010, "InvitationCodeUsed"],
  [20011, "InvitationNotFound"],
  [20012, "Forbidden"],
  [20013, "RefuseFriend"],
  [20014, "EmailAlreadyRegister"],
  [20101, "ErrTokenNotExist"],
  [80000, "CallbackError"],
  [90002, "DatabaseError"],
  [90004, "NetworkError"],
  [90007, "DataError"],
]);

export interface ProtocolErrorOptions {
  /** Replaces the code's fixed name, as a webhook or the JWT library may. */
  errMsg?: string;
  cause?: unknown;
}

/**
 * Everything a client may be told went wrong. `code` is `errCode` on the wire
 * and never changes meaning, `detail` is `errDlt`: free text for people, so
 * never a stack or a secret.
 */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly code: number;
  readonly errMsg: string;
  readonly detail: string;

  constructor(code: number, detail = "", options?: ProtocolErrorOptions) {
    const errMsg = options?.errMsg ?? errorNames.get(code) ?? "UnknownCode";
    super(
      detail === "" ? errMsg : `${errMsg}: ${detail}`,
      options?.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.errMsg = errMsg;
    this.detail = detail;
  }
}

type ErrorFactory = (
  detail?: string,
  options?: ProtocolErrorOptions,
) => ProtocolError;

function error(code: number): ErrorFactory {
  return (detail, options) => new ProtocolError(code, detail, options);
}

export const errors = {
  internal: error(500),
  args: error(1001),
  noPermission: error(1002),
  duplicateKey: error(1003),
  notFound: error(1004),
  userIDNotFound: error(1101),
  registeredAlready: error(1102),
  groupIDNotFound: error(1201),
  groupIDExisted: error(1202),
  notInGroup: error(1203),
  dismissed: error(1204),
  groupTypeUnsupported: error(1205),
  groupRequestHandled: error(1206),
  addYourself: error(1301),
  blockedByPeer: error(1302),
  notPeersFriend: error(1303),
  relationshipAlready: error(1304),
  friendRequestHandled: error(1305),
  messageHasReadDisable: error(1401),
  mutedInGroup: error(1402),
  mutedGroup: error(1403),
  messageAlreadyRevoked: error(1404),
  tokenExpired: error(1501),
  tokenInvalid: error(1502),
  tokenMalformed: error(1503),
  tokenNotValidYet: error(1504),
  tokenUnknown: error(1505),
  tokenKicked: error(1506),
  tokenNotExist: error(1507),
  connOverMaxNum: error(1601),
  connArgs: error(1602),
  pushMsg: error(1603),
  iosBackgroundPush: error(1604),
  fileUploadedExpired: error(1701),
  wrongPassword: error(20001),
  accountNotFound: error(20002),
  phoneRegistered: error(20003),
  accountRegistered: error(20004),
  codesTooFrequent: error(20005),
  codeMismatch: error(20006),
  codeExpired: error(20007),
  codeTriedTooOften: error(20008),
  codeUsed: error(20009),
  invitationUsed: error(20010),
  invitationNotFound: error(20011),
  forbidden: error(20012),
  friendRefused: error(20013),
  emailRegistered: error(20014),
  accountTokenNotExist: error(20101),
  callback: error(80000),
  database: error(90002),
  network: error(90004),
  data: error(90007),
} as const satisfies Record<string, ErrorFactory>;

/**
 * Every reason for which the server closes a socket (docs/wire/sockets.md#requests),
 * and whether the client should come back with the token it has.
 */
export const closeReasons = {
  /** The frame is not gzip, gob or JSON as agreed at connect, or has fields of wrong types. */
  undecodableFrame: { comeBack: true },
  /** The envelope's sendID is empty or someone else's. */
  foreignSender: { comeBack: true },
  unknownReqIdentifier: { comeBack: true },
  badTextFrame: { comeBack: true },
  frameTooLarge: { comeBack: true },
  /** Nothing arrived for 30 seconds. */
  idle: { comeBack: true },
  /** The write queue is full: the client does not read. */
  slowReader: { comeBack: true },
  /** The client has more reads in flight than any real one. */
  tooManyRequests: { comeBack: true },
  /** A bug of ours met a request of this connection. */
  serverFault: { comeBack: true },
  serverStopping: { comeBack: true },
  /** Signed in elsewhere or forced out; frame 2002 went before. */
  kicked: { comeBack: false },
  /** The client asked for it with frame 2003. */
  loggedOut: { comeBack: false },
  /** The connect result carried one of the codes 1501 to 1507. */
  tokenRefused: { comeBack: false },
} as const satisfies Record<string, { comeBack: boolean }>;

export type CloseReason = keyof typeof closeReasons;
