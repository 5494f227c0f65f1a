import {
  AccessURLReq,
  AccessURLResp,
  AuthSignReq,
  AuthSignResp,
  CompleteFormDataReq,
  CompleteFormDataResp,
  CompleteMultipartUploadReq,
  CompleteMultipartUploadResp,
  InitiateFormDataReq,
  InitiateFormDataResp,
  InitiateMultipartUploadReq,
  InitiateMultipartUploadResp,
  PartLimitReq,
  PartLimitResp,
  PartSizeReq,
  PartSizeResp,
} from "@parley/protocol/generated/third";

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
  route("/object/part_limit", PartLimitReq, {
    response: PartLimitResp,
    handle: () => Promise.resolve(partLimits),
  }),
  route("/object/part_size", PartSizeReq, {
    response: PartSizeResp,

    handle: async (_call, { size }) => ({ size: partSizeOf(size) }),
  }),
  route("/object/initiate_multipart_upload", InitiateMultipartUploadReq, {
    response: InitiateMultipartUploadResp,
    handle: ({ actor, headers }, request) =>
      uploads.initiate(actor, request, addressesFor(headers)),
  }),
  route("/object/auth_sign", AuthSignReq, {
    response: AuthSignResp,
    handle: ({ actor, headers }, { uploadID, partNumbers }) =>
      uploads.sign(actor, uploadID, partNumbers, addressesFor(headers)),
  }),
  route("/object/complete_multipart_upload", CompleteMultipartUploadReq, {
    response: CompleteMultipartUploadResp,
    handle: async ({ actor, headers }, request) => ({
      url: await uploads.complete(actor, request, addressesFor(headers)),
    }),
  }),
  route("/object/initiate_form_data", InitiateFormDataReq, {
    response: InitiateFormDataResp,
    handle: ({ actor, headers }, request) =>
      forms.initiate(actor, request, addressesFor(headers)),
  }),
  route("/object/complete_form_data", CompleteFormDataReq, {
    response: CompleteFormDataResp,
    handle: async ({ actor, headers }, { id }) => ({
      url: await forms.complete(actor, id, addressesFor(headers)),
    }),
  }),
  route("/object/access_url", AccessURLReq, {
    response: AccessURLResp,
    handle: ({ headers }, { name, query }) =>
      access(name, query, addressesFor(headers).data),
  }),
];
