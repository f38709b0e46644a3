import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { checkReport } from '../../controller/index.ts';
import { type MetricReport, Problem } from '../../domain/index.ts';
import { MetricReportSchema } from '../../domain/schema/index.ts';
import { keyScope, requireKey } from './access.ts';
import type { Dependencies } from './dependencies.ts';

const BODY_LIMIT_BYTES = 1024 * 1024;

/** Metric reports of sources. */
export const reportRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/reports',
      {
        config: { access: 'ingest', quota: 'reportsPerSecond' },
        bodyLimit: BODY_LIMIT_BYTES,
        schema: {
          summary: 'Report windows of sufficient statistics',
          description:
            'Counted once however often it is sent: repeat a report that was not answered with the same sequence.',
          body: MetricReportSchema,
          response: { 200: Type.Object({ isDuplicate: Type.Boolean(), lateRowCount: Type.Integer() }) },
        },
      },
      async (request) => {
        const scope = keyScope(request);
        // Who reports is who holds the key, whatever the report says of itself.
        const { keyId } = requireKey(request);
        const report = request.body as MetricReport;
        const violations = checkReport(report);
        if (violations.length > 0) {
          deps.telemetry.countReport(scope, 'refused');
          await deps.storage.windows.countRefusedReport(scope, keyId);
          throw new Problem('invalidReport', `${violations.length} row(s) contradict themselves`, violations);
        }
        const receipt = await deps.storage.windows.acceptReport(scope, report, keyId);
        deps.telemetry.countReport(scope, receipt.isDuplicate ? 'duplicate' : 'accepted', receipt.lateRowCount);
        return receipt;
      },
    );
  };
