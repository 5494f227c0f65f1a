/** Exit codes for supervisors; docs/operating.md lists them. */
export const exitCodes = {
  stopped: 0,
  startFailed: 1,
  internalError: 70,
  diskFailed: 74,
  foreignDatabase: 75,
  badSetting: 78,
} as const;
