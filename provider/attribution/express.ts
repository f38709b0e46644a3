import type { RampwrightClient } from '../client.ts';
import { openHttpScope, type RequestOptions, type ResponseLike } from './http-scope.ts';

/** Connect middleware that attributes the outcome of each request to the variants that it was served. */
export type ExpressMiddleware = (request: unknown, response: ResponseLike, next: () => void) => void;

/** Middleware for Express and Connect; use it before the routes that evaluate flags. */
export function rampwrightExpress({ attribution }: RampwrightClient, options?: RequestOptions): ExpressMiddleware {
  return (_request, response, next) => {
    attribution.enter(openHttpScope(attribution, response, options), next);
  };
}
