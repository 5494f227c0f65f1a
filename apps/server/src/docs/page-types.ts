import type { Upload } from "./examples.ts";

/** A schema as the description has it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema;
  anyOf?: Schema[];
  allOf?: Schema[];
  oneOf?: Schema[];
  const?: unknown;
  maxItems?: number;
  maxLength?: number;
}

export interface Operation {
  tags: string[];
  summary: string;
  description: string;
  security: unknown[];
  parameters: {
    name?: string;
    in?: string;
    description?: string;
    example?: string;
  }[];
  requestBody: {
    content: Record<string, { schema: Schema; example?: unknown }>;
  };
  responses: Record<
    string,
    { description: string; content?: Record<string, { schema: Schema }> }
  >;
  "x-uploads"?: Upload[];
  "x-rows"?: string[][];
}

/** The part of an OpenAPI document that the page reads. */
export interface Description {
  info: { version: string; summary: string; description: string };
  tags: { name: string; description: string }[];
  paths: Record<string, { post: Operation }>;
  components: {
    schemas: Record<string, Schema>;
    securitySchemes: { token: { description: string } };
  };
}

/** Makes an element of the page. */
export type Make = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties?: Partial<HTMLElementTagNameMap[K]>,
  ...children: (Node | string)[]
) => HTMLElementTagNameMap[K];

/** Builds the form below a route that sends requests. */
export type CreateTrial = (deps: {
  description: Description;
  token: HTMLInputElement;
  make: Make;
}) => (path: string) => Node[];
