// Uploads a file in both ways and downloads it again. Needs Node.js 20:
//   node examples/upload.mjs [FILE]
import { createHash, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";

const { PARLEY_API: api = "http://localhost:10002" } = process.env;
const { PARLEY_SECRET: secret = "openIM123" } = process.env;
const file = process.argv[2] ?? import.meta.filename ?? "examples/upload.mjs";

async function call(route, body, token = "") {
  const response = await fetch(api + route, {
    method: "POST",
    headers: { operationID: randomUUID(), token },
    body: JSON.stringify(body),
  });
  const { errCode, errMsg, errDlt, data } = await response.json();
  if (errCode !== 0)
    throw new Error(`${route}: ${errCode} ${errMsg} ${errDlt}`);
  return data;
}
const md5 = (bytes) => createHash("md5").update(bytes).digest("hex");

// Signed-in users may upload under names that begin with their userID.
const asAdmin = { userID: "imAdmin", secret };
const { token: admin } = await call("/auth/get_admin_token", asAdmin);
const userID = `ann${Date.now()}`;
await call(
  "/user/user_register",
  { users: [{ userID, nickname: "Ann" }] },
  admin,
);
const device = { userID, platformID: 5 };
const { token } = await call("/auth/get_user_token", device, admin);

/** Uploads in parts, one after another; a lost part can be sent again. */
async function uploadInParts(bytes, name, contentType) {
  // 1. Get the part size. All parts but the last have this size.
  const { size } = await call(
    "/object/part_size",
    { size: bytes.length },
    token,
  );
  const parts = [];
  for (let at = 0; at < bytes.length; at += size)
    parts.push(bytes.subarray(at, at + size));

  // 2. Begin. The hash is the MD5 of the parts' MD5s.
  const sums = parts.map(md5);
  const wanted = { name, contentType, cause: "msg-file", size: bytes.length };
  const { url, upload } = await call(
    "/object/initiate_multipart_upload",
    { ...wanted, hash: md5(sums.join(",")), partSize: size, maxParts: -1 },
    token,
  );
  // The same file was uploaded before: nothing to do.
  if (!upload) return url;

  // 3. PUT each part to its signed address.
  for (const part of upload.sign.parts) {
    const address = new URL(part.url || upload.sign.url);
    const query = [...(upload.sign.query ?? []), ...(part.query ?? [])];
    for (const { key, values } of query)
      for (const value of values) address.searchParams.append(key, value);
    const body = parts[part.partNumber - 1];
    const { ok, status } = await fetch(address, { method: "PUT", body });
    if (!ok) throw new Error(`part ${part.partNumber}: HTTP ${status}`);
  }

  // 4. Complete the upload; the server verifies every part.
  const { uploadID } = upload;
  const done = { uploadID, parts: sums, name, contentType, cause: "msg-file" };
  return (await call("/object/complete_multipart_upload", done, token)).url;
}

/** Uploads in one piece, as a browser's form. */
async function uploadAsForm(bytes, name, contentType) {
  const wanted = { name, contentType, size: bytes.length, group: "msg-file" };
  const form = await call("/object/initiate_form_data", wanted, token);
  const body = new FormData();
  for (const [field, value] of Object.entries(form.formData))
    body.append(field, value);
  // The file must be the last field.
  body.append(form.file, new Blob([bytes], { type: contentType }), "file");
  const { status } = await fetch(form.url, { method: "POST", body });
  if (!form.successCodes.includes(status)) throw new Error(`HTTP ${status}`);
  return (await call("/object/complete_form_data", { id: form.id }, token)).url;
}

const bytes = await readFile(file);
for (const upload of [uploadInParts, uploadAsForm]) {
  const name = `${userID}/${upload.name}/${basename(file)}`;
  const url = await upload(bytes, name, "text/plain");
  const loaded = Buffer.from(await (await fetch(url)).arrayBuffer());
  const isSame = loaded.equals(bytes);
  console.log(`${upload.name}: ${url} ${isSame ? "is the file" : "differs"}`);
}
