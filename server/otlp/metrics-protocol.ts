import protobuf from 'protobufjs';

const REQUEST = 'opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest';
const RESPONSE = 'opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse';
const STATUS = 'google.rpc.Status';

const list = (type: string, id: number) => ({ rule: 'repeated', type, id });
const field = (type: string, id: number) => ({ type, id });

/** Messages of open-telemetry/opentelemetry-proto: `common`, `resource`, `metrics` and `collector/metrics`, all v1. */
const messages = new protobuf.Root()
  .define('opentelemetry.proto.common.v1', {
    AnyValue: {
      oneofs: {
        value: {
          oneof: ['stringValue', 'boolValue', 'intValue', 'doubleValue', 'arrayValue', 'kvlistValue', 'bytesValue'],
        },
      },
      fields: {
        stringValue: field('string', 1),
        boolValue: field('bool', 2),
        intValue: field('int64', 3),
        doubleValue: field('double', 4),
        arrayValue: field('ArrayValue', 5),
        kvlistValue: field('KeyValueList', 6),
        bytesValue: field('bytes', 7),
      },
    },
    ArrayValue: { fields: { values: list('AnyValue', 1) } },
    KeyValueList: { fields: { values: list('KeyValue', 1) } },
    KeyValue: { fields: { key: field('string', 1), value: field('AnyValue', 2) } },
    InstrumentationScope: {
      fields: { name: field('string', 1), version: field('string', 2), attributes: list('KeyValue', 3) },
    },
    Resource: { fields: { attributes: list('KeyValue', 1) } },
  })
  .root.define('opentelemetry.proto.metrics.v1', {
    ResourceMetrics: {
      fields: { resource: field('common.v1.Resource', 1), scopeMetrics: list('ScopeMetrics', 2) },
    },
    ScopeMetrics: { fields: { scope: field('common.v1.InstrumentationScope', 1), metrics: list('Metric', 2) } },
    Metric: {
      oneofs: { data: { oneof: ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'] } },
      fields: {
        name: field('string', 1),
        unit: field('string', 3),
        gauge: field('Gauge', 5),
        sum: field('Sum', 7),
        histogram: field('Histogram', 9),
        exponentialHistogram: field('ExponentialHistogram', 10),
        summary: field('Summary', 11),
      },
    },
    Gauge: { fields: { dataPoints: list('NumberDataPoint', 1) } },
    Sum: {
      fields: {
        dataPoints: list('NumberDataPoint', 1),
        aggregationTemporality: field('int32', 2),
        isMonotonic: field('bool', 3),
      },
    },
    Histogram: {
      fields: { dataPoints: list('HistogramDataPoint', 1), aggregationTemporality: field('int32', 2) },
    },
    ExponentialHistogram: {
      fields: { dataPoints: list('ExponentialHistogramDataPoint', 1), aggregationTemporality: field('int32', 2) },
    },
    Summary: { fields: { dataPoints: list('SummaryDataPoint', 1) } },
    NumberDataPoint: {
      oneofs: { value: { oneof: ['asDouble', 'asInt'] } },
      fields: {
        startTimeUnixNano: field('fixed64', 2),
        timeUnixNano: field('fixed64', 3),
        asDouble: field('double', 4),
        asInt: field('sfixed64', 6),
        attributes: list('common.v1.KeyValue', 7),
        flags: field('uint32', 8),
      },
    },
    HistogramDataPoint: {
      fields: {
        startTimeUnixNano: field('fixed64', 2),
        timeUnixNano: field('fixed64', 3),
        count: field('fixed64', 4),
        bucketCounts: list('fixed64', 6),
        explicitBounds: list('double', 7),
        attributes: list('common.v1.KeyValue', 9),
        flags: field('uint32', 10),
        min: { ...field('double', 11), options: { proto3_optional: true } },
      },
    },
    ExponentialHistogramDataPoint: {
      fields: {
        attributes: list('common.v1.KeyValue', 1),
        startTimeUnixNano: field('fixed64', 2),
        timeUnixNano: field('fixed64', 3),
        count: field('fixed64', 4),
        scale: field('sint32', 6),
        zeroCount: field('fixed64', 7),
        positive: field('Buckets', 8),
        negative: field('Buckets', 9),
        flags: field('uint32', 10),
        zeroThreshold: field('double', 14),
      },
    },
    Buckets: { fields: { offset: field('sint32', 1), bucketCounts: list('uint64', 2) } },
    SummaryDataPoint: {
      fields: {
        startTimeUnixNano: field('fixed64', 2),
        timeUnixNano: field('fixed64', 3),
        attributes: list('common.v1.KeyValue', 7),
      },
    },
  })
  .root.define('opentelemetry.proto.collector.metrics.v1', {
    ExportMetricsServiceRequest: {
      fields: { resourceMetrics: list('opentelemetry.proto.metrics.v1.ResourceMetrics', 1) },
    },
    ExportMetricsServiceResponse: { fields: { partialSuccess: field('ExportMetricsPartialSuccess', 1) } },
    ExportMetricsPartialSuccess: {
      fields: { rejectedDataPoints: field('int64', 1), errorMessage: field('string', 2) },
    },
  })
  .root.define('google.rpc', { Status: { fields: { code: field('int32', 1), message: field('string', 2) } } }).root;

/** Points of an export that were not taken, and what else there is to say about it. */
export interface PartialSuccess {
  readonly rejectedDataPoints: number;
  readonly errorMessage: string;
}

/** What is answered instead of a success: `google.rpc.Status`. */
export interface RpcStatus {
  readonly code: number;
  readonly message: string;
}

/** The request in the form that it has in JSON: 64-bit integers as text, what is not set left out; throws for other bytes. */
export function decodeExport(bytes: Uint8Array): unknown {
  const type = messages.lookupType(REQUEST);
  return type.toObject(type.decode(bytes), { longs: String, bytes: String });
}

/** Encodes the answer to an export; null: everything was taken and there is nothing to say. */
export function encodeExportAnswer(partialSuccess: PartialSuccess | null): Buffer {
  return encode(RESPONSE, partialSuccess === null ? {} : { partialSuccess });
}

/** Encodes the answer to a request that failed. */
export function encodeStatus(rpcStatus: RpcStatus): Buffer {
  return encode(STATUS, rpcStatus);
}

function encode(type: string, value: object): Buffer {
  return Buffer.from(messages.lookupType(type).encode(value).finish());
}
