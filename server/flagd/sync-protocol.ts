import type { ServiceDefinition } from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import type { JsonObject, JsonValue } from '../../domain/index.ts';

/** What a client asks for; `GetMetadata` asks for nothing. */
export interface SyncRequest {
  readonly providerId?: string;
  readonly selector?: string;
}

const STRUCT = 'google.protobuf.Struct';
const PATH = '/flagd.sync.v1.FlagSyncService';

const REQUEST_FIELDS = { providerId: { type: 'string', id: 1 }, selector: { type: 'string', id: 2 } };
const DEFINITION_FIELD = { flagConfiguration: { type: 'string', id: 1 } };

/** Messages of open-feature/flagd-schemas `protobuf/flagd/sync/v1/sync.proto`. */
const messages = new protobuf.Root()
  .addJSON(protobuf.common.get('google/protobuf/struct.proto')?.nested ?? {})
  .define('flagd.sync.v1', {
    SyncFlagsRequest: { fields: REQUEST_FIELDS },
    SyncFlagsResponse: { fields: { ...DEFINITION_FIELD, syncContext: { type: STRUCT, id: 2 } } },
    FetchAllFlagsRequest: { fields: REQUEST_FIELDS },
    FetchAllFlagsResponse: { fields: DEFINITION_FIELD },
    GetMetadataRequest: { fields: {} },
    GetMetadataResponse: { fields: { metadata: { type: STRUCT, id: 2 } } },
  });

/** Encodes an answer of `SyncFlags`: the whole definition file, and the attributes that every evaluation has. */
export function encodeSyncAnswer(flagConfiguration: string, syncContext: JsonObject): Buffer {
  return encode('SyncFlagsResponse', { flagConfiguration, syncContext: structOf(syncContext) });
}

/** Encodes an answer of `FetchAllFlags`. */
export function encodeFetchAnswer(flagConfiguration: string): Buffer {
  return encode('FetchAllFlagsResponse', { flagConfiguration });
}

/** Encodes an answer of `GetMetadata`, from which providers before `sync_context` took the static context. */
export function encodeMetadataAnswer(staticContext: JsonObject): Buffer {
  return encode('GetMetadataResponse', { metadata: structOf(staticContext) });
}

/** The service. Its answers are encoded once per version and not once per reader, so what it sends are bytes. */
export const FLAG_SYNC_SERVICE = {
  SyncFlags: method('SyncFlags', true),
  FetchAllFlags: method('FetchAllFlags', false),
  GetMetadata: method('GetMetadata', false),
} satisfies ServiceDefinition;

function method(name: string, responseStream: boolean) {
  const request = messages.lookupType(`${name}Request`);
  return {
    path: `${PATH}/${name}`,
    requestStream: false,
    responseStream,
    requestSerialize: (value: SyncRequest) => Buffer.from(request.encode(value).finish()),
    requestDeserialize: (bytes: Buffer) => request.toObject(request.decode(bytes), { defaults: true }) as SyncRequest,
    responseSerialize: (bytes: Buffer) => bytes,
    responseDeserialize: (bytes: Buffer) => bytes,
  };
}

function encode(type: string, value: Readonly<Record<string, unknown>>): Buffer {
  return Buffer.from(messages.lookupType(type).encode(value).finish());
}

function structOf(object: JsonObject): object {
  return { fields: Object.fromEntries(Object.entries(object).map(([key, value]) => [key, protoValueOf(value)])) };
}

function protoValueOf(value: JsonValue): object {
  if (value === null) return { nullValue: 0 };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return { numberValue: value };
  if (typeof value === 'string') return { stringValue: value };
  if (Array.isArray(value)) return { listValue: { values: value.map(protoValueOf) } };
  return { structValue: structOf(value as JsonObject) };
}
