// Made from proto/openim/protobuf.proto by scripts/generate.ts; do not edit.

import { message, type MessageType } from "../message.ts";

export interface ErrorInfo {
  path: string;
  line: number;
  name: string;
  cause: string;
  warp: string[];
}
export const ErrorInfo: MessageType<ErrorInfo> = message(
  "openim.protobuf.ErrorInfo",
);

export interface DoubleValue {
  value: number;
}
export const DoubleValue: MessageType<DoubleValue> = message(
  "openim.protobuf.DoubleValue",
);

export interface FloatValue {
  value: number;
}
export const FloatValue: MessageType<FloatValue> = message(
  "openim.protobuf.FloatValue",
);

export interface Int64Value {
  value: number;
}
export const Int64Value: MessageType<Int64Value> = message(
  "openim.protobuf.Int64Value",
);

export interface UInt64Value {
  value: number;
}
export const UInt64Value: MessageType<UInt64Value> = message(
  "openim.protobuf.UInt64Value",
);

export interface Int32Value {
  value: number;
}
export const Int32Value: MessageType<Int32Value> = message(
  "openim.protobuf.Int32Value",
);

export interface UInt32Value {
  value: number;
}
export const UInt32Value: MessageType<UInt32Value> = message(
  "openim.protobuf.UInt32Value",
);

export interface BoolValue {
  value: boolean;
}
export const BoolValue: MessageType<BoolValue> = message(
  "openim.protobuf.BoolValue",
);

export interface StringValue {
  value: string;
}
export const StringValue: MessageType<StringValue> = message(
  "openim.protobuf.StringValue",
);

export interface BytesValue {
  value: Uint8Array;
}
export const BytesValue: MessageType<BytesValue> = message(
  "openim.protobuf.BytesValue",
);
