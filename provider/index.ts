export type { EvaluationContext, EvaluationReason, FlagMetadata, JsonObject, JsonValue } from '../domain/index.ts';
export { type ExpressMiddleware, rampwrightExpress } from './attribution/express.ts';
export { type FastifyPlugin, rampwrightFastify } from './attribution/fastify.ts';
export type { RequestOptions } from './attribution/http-scope.ts';
export type { RequestAttribution, RequestScope } from './attribution/request-attribution.ts';
export {
  type ClientStatus,
  createRampwrightClient,
  type FlagTypes,
  type RampwrightClient,
  type ServedDetails,
} from './client.ts';
export { type ClientErrorCode, type OnError, RampwrightError } from './client-error.ts';
export type { ClientOptions } from './client-options.ts';
export { RampwrightProvider } from './openfeature-provider.ts';
export type { CancelTimer, ClientClock, Random } from './ports.ts';
export type { ClientChange, ClientState } from './snapshot/snapshot-keeper.ts';
