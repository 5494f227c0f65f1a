import { createHmac } from "node:crypto";

import { AwsClient } from "aws4fetch";

import { readAnswerText } from "../http/answer-body.ts";
import { createCircuitBreaker } from "../pace/circuit-breaker.ts";
import { textOf } from "./s3-xml.ts";

export interface S3Settings {
  endpoint: string;
  /** Address of the store for clients; empty: the same. */
  externalEndpoint: string;
  region: string;
  bucket: string;
  accessKeyID: string;
  secretAccessKey: string;
}

export interface S3Request {
  method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** Empty: the bucket itself. */
  key: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
  /** Timeout for the whole answer; a minute by default. */
  timeoutMs?: number;
}

/** The store refused; `code` is S3's word for why. */
export class S3Error extends Error {
  override readonly name = "S3Error";
  readonly status: number;
  readonly code: string;

  constructor({ method, key }: S3Request, status: number, code: string) {
    super(`S3 answered ${method} ${key || "(the bucket)"}: ${status} ${code}`);
    this.status = status;
    this.code = code;
  }
}

export interface S3Client {
  readonly bucket: string;
  /** Throws S3Error for every status that is no success. */
  send(request: S3Request): Promise<Response>;
  /** An address for clients with all it needs in its query. */
  presign(
    request: Pick<S3Request, "method" | "key" | "query">,
    seconds: number,
  ): Promise<URL>;
  /** A form for clients that may upload 0 to `maxBytes` bytes under the key. */
  signForm(wanted: {
    key: string;
    maxBytes: number;
    contentType: string;
    expires: number;
  }): { url: string; formData: Record<string, string> };
}

const usualTimeoutMs = 60_000;

/** The longest that an address may work. */
export const maxPresignSeconds = 604_800;

export function createS3Client(
  settings: S3Settings,
  now: () => number,
): S3Client {
  const client = new AwsClient({
    accessKeyId: settings.accessKeyID,
    secretAccessKey: settings.secretAccessKey,
    service: "s3",
    region: settings.region,
    retries: 2,
  });
  const breaker = createCircuitBreaker({
    name: "the S3 store",
    isFailure: (error) => !(error instanceof S3Error) || error.status >= 500,
    now,
  });
  const external = settings.externalEndpoint || settings.endpoint;

  function addressOf(
    endpoint: string,
    key: string,
    query: Record<string, string> = {},
  ): URL {
    const base = endpoint.replace(/\/+$/, "");
    const path = key === "" ? "" : `/${encodeURI(key)}`;
    const url = new URL(`${base}/${settings.bucket}${path}`);
    for (const [name, value] of Object.entries(query))
      url.searchParams.set(name, value);
    return url;
  }

  return {
    bucket: settings.bucket,

    async send(request) {
      const { method, key, query, headers = {}, body } = request;
      const { timeoutMs = usualTimeoutMs } = request;
      return breaker.run(async () => {
        const response = await client.fetch(
          addressOf(settings.endpoint, key, query),
          {
            method,
            headers,
            ...(body !== undefined && { body }),
            signal: AbortSignal.timeout(timeoutMs),
          },
        );
        if (response.ok) return response;
        const code = textOf(await readAnswerText(response), "Code") ?? "";
        throw new S3Error(request, response.status, code);
      });
    },

    async presign({ method, key, query }, seconds) {
      const url = addressOf(external, key, query);
      const lasting = Math.min(seconds, maxPresignSeconds);
      url.searchParams.set("X-Amz-Expires", String(lasting));
      const signed = await client.sign(url, {
        method,
        aws: { signQuery: true, datetime: stamp(now()) },
      });
      return new URL(signed.url);
    },

    signForm({ key, maxBytes, contentType, expires }) {
      const datetime = stamp(now());
      const date = datetime.slice(0, 8);
      const scope = `${date}/${settings.region}/s3/aws4_request`;
      const fields = {
        key,
        bucket: settings.bucket,
        success_action_status: "200",
        ...(contentType !== "" && { "Content-Type": contentType }),
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
        "x-amz-credential": `${settings.accessKeyID}/${scope}`,
        "x-amz-date": datetime,
      };
      const policy = Buffer.from(
        JSON.stringify({
          expiration: new Date(expires).toISOString(),
          conditions: [
            ...Object.entries(fields).map(([name, value]) => [
              "eq",
              `$${name}`,
              value,
            ]),
            ["content-length-range", 0, maxBytes],
          ],
        }),
      ).toString("base64");
      let signingKey = Buffer.from(`AWS4${settings.secretAccessKey}`);
      for (const part of [date, settings.region, "s3", "aws4_request"])
        signingKey = hmac(signingKey, part);
      return {
        url: addressOf(external, "").href,
        formData: {
          ...fields,
          policy,
          "x-amz-signature": hmac(signingKey, policy).toString("hex"),
        },
      };
    },
  };
}

const hmac = (key: Buffer, text: string): Buffer<ArrayBuffer> =>
  createHmac("sha256", key).update(text).digest();

/** 20260131T235959Z. */
const stamp = (time: number): string =>
  new Date(time).toISOString().replace(/[:-]|\.\d{3}/g, "");
