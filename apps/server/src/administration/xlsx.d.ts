/** The path of the file. */
declare module "*.xlsx" {
  const place: string;
  // eslint-disable-next-line no-restricted-syntax -- Bun exports a file like this.
  export default place;
}
