/** Written into the executable by the build; a checkout says so. */
export const version = process.env["PARLEY_VERSION"] ?? "0.1.0-dev";
export const commit = process.env["PARLEY_COMMIT"] ?? "checkout";
