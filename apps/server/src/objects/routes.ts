import {
  AccessURL,
  AuthSign,
  CompleteFormData,
  CompleteMultipartUpload,
  InitiateFormData,
  InitiateMultipartUpload,
  PartLimit,
  PartSize,
} from "@parley/protocol/methods/objects";

import { route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import type { ObjectAccess } from "./access.ts";
import type { AddressBook } from "./address-book.ts";
import type { FormUploads } from "./forms.ts";
import { partLimits, partSizeOf } from "./limits.ts";
import type { Uploads } from "./uploads.ts";

export interface ObjectRoutesDeps {
  uploads: Uploads;
  forms: FormUploads;
  access: ObjectAccess;
  addressesFor: AddressBook;
}

export const objectRoutes = ({
  uploads,
  forms,
  access,
  addressesFor,
}: ObjectRoutesDeps): Route[] => [
  route(PartLimit, {
    handle: () => Promise.resolve(partLimits),
  }),
  route(PartSize, {
    handle: async (_call, { size }) => ({ size: partSizeOf(size) }),
  }),
  route(InitiateMultipartUpload, {
    handle: ({ cause: { actor }, headers }, request) =>
      uploads.initiate(actor, request, addressesFor(headers)),
  }),
  route(AuthSign, {
    handle: ({ cause: { actor }, headers }, { uploadID, partNumbers }) =>
      uploads.sign(actor, uploadID, partNumbers, addressesFor(headers)),
  }),
  route(CompleteMultipartUpload, {
    handle: async ({ cause: { actor }, headers }, request) => ({
      url: await uploads.complete(actor, request, addressesFor(headers)),
    }),
  }),
  route(InitiateFormData, {
    handle: ({ cause: { actor }, headers }, request) =>
      forms.initiate(actor, request, addressesFor(headers)),
  }),
  route(CompleteFormData, {
    handle: async ({ cause: { actor }, headers }, { id }) => ({
      url: await forms.complete(actor, id, addressesFor(headers)),
    }),
  }),
  route(AccessURL, {
    handle: ({ headers }, { name, query }) =>
      access(name, query, addressesFor(headers).data),
  }),
];
