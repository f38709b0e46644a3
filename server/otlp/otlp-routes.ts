import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { keyScope, requireKey } from '../http/access.ts';
import type { Dependencies } from '../http/dependencies.ts';
import { encodeExportAnswer, type PartialSuccess } from './metrics-protocol.ts';
import { sendOtlpFailure } from './otlp-error.ts';
import { BODY_LIMIT_BYTES, isProtobuf, JSON_TYPE, PROTOBUF, readBody } from './read-body.ts';
import { readExport } from './read-export.ts';
import { takeExport } from './take-export.ts';

/** OTLP/HTTP for metrics: where OpenTelemetry SDKs and collectors export to. */
export const otlpRoutes =
  (deps: Dependencies): FastifyPluginAsync =>
  async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser([PROTOBUF, JSON_TYPE], { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    app.setErrorHandler(sendOtlpFailure);
    app.post(
      '/v1/metrics',
      {
        config: { access: 'ingest', quota: 'reportsPerSecond' },
        bodyLimit: BODY_LIMIT_BYTES,
        // The body stays bytes until it is known how they are packed.
        validatorCompiler: () => () => true,
        schema: {
          tags: ['OTLP'],
          summary: 'Export metrics over OTLP/HTTP',
          description:
            'ExportMetricsServiceRequest in protobuf or JSON, gzip allowed; what metrics of rollouts ask for is counted, once however often it is sent.',
          consumes: [PROTOBUF, JSON_TYPE],
          body: { description: 'ExportMetricsServiceRequest of opentelemetry.proto.collector.metrics.v1' },
        },
      },
      async (request, reply) => {
        const origin = requireKey(request).keyId;
        const points = readExport(await readBody(request));
        return answer(request, reply, await takeExport(deps, keyScope(request), origin, points));
      },
    );
  };

/** 64-bit integers are text in the protocol's JSON. */
function answer(request: FastifyRequest, reply: FastifyReply, partialSuccess: PartialSuccess | null) {
  if (isProtobuf(request)) return reply.type(PROTOBUF).send(encodeExportAnswer(partialSuccess));
  if (partialSuccess === null) return {};
  const { rejectedDataPoints, errorMessage } = partialSuccess;
  return { partialSuccess: { rejectedDataPoints: String(rejectedDataPoints), errorMessage } };
}
