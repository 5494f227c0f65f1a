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
} from "../generated/third.ts";
import { concerned, self, method, signedIn } from "../method.ts";

const names =
  "Names begin with the caller's id and a slash; administrators may take others.";

export const PartLimit = method(
  "/object/part_limit",
  PartLimitReq,
  PartLimitResp,
  {
    access: signedIn,
    kind: "read",
    words: ["Get the limits of upload parts"],
  },
);

export const PartSize = method("/object/part_size", PartSizeReq, PartSizeResp, {
  access: signedIn,
  kind: "read",
  words: ["Get the size of parts for a file"],
});

export const InitiateMultipartUpload = method(
  "/object/initiate_multipart_upload",
  InitiateMultipartUploadReq,
  InitiateMultipartUploadResp,
  {
    access: self(),
    kind: "create",
    words: [
      "Begin an upload",
      `Answers where to put each part; or, when a file with this hash is known, its address. ${names}`,
    ],
    codes: [1002],
  },
);

export const AuthSign = method("/object/auth_sign", AuthSignReq, AuthSignResp, {
  access: concerned,
  kind: "change",
  words: ["Get addresses for more parts of an upload"],
  codes: [1002],
});

export const CompleteMultipartUpload = method(
  "/object/complete_multipart_upload",
  CompleteMultipartUploadReq,
  CompleteMultipartUploadResp,
  {
    access: concerned,
    kind: "change",
    words: [
      "Finish an upload",
      `With the MD5 of each part, in order. ${names}`,
    ],
    codes: [1002],
  },
);

export const InitiateFormData = method(
  "/object/initiate_form_data",
  InitiateFormDataReq,
  InitiateFormDataResp,
  {
    access: self(),
    kind: "create",
    words: [
      "Begin an upload from a form",
      `Answers the address and the fields of the form. ${names}`,
    ],
    codes: [1002],
  },
);

export const CompleteFormData = method(
  "/object/complete_form_data",
  CompleteFormDataReq,
  CompleteFormDataResp,
  {
    access: concerned,
    kind: "change",
    words: ["Finish an upload from a form"],
    codes: [1002, 90007],
  },
);

export const AccessURL = method(
  "/object/access_url",
  AccessURLReq,
  AccessURLResp,
  {
    access: signedIn,
    kind: "read",
    words: [
      "Get the download address of a file",
      "With width and height in `query`, the address of a thumbnail.",
    ],
    codes: [1004],
  },
);
