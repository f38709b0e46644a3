import type { RampwrightClient } from '../client.ts';
import { openHttpScope, type RequestOptions, type ResponseLike } from './http-scope.ts';

/** A hook of Fastify in callback style. */
export type FastifyHook = (request: unknown, reply: { readonly raw: ResponseLike }, done: () => void) => void;

/** The member of a Fastify instance that the plugin uses. */
export interface FastifyLike {
  addHook(name: 'onRequest', hook: FastifyHook): unknown;
}

/** A Fastify plugin in callback style. */
export type FastifyPlugin = (app: FastifyLike, options: unknown, done: () => void) => void;

/** Plugin for Fastify that attributes the outcome of each request to the variants that it was served, on all routes. */
export function rampwrightFastify({ attribution }: RampwrightClient, options?: RequestOptions): FastifyPlugin {
  const plugin: FastifyPlugin = (app, _options, done) => {
    app.addHook('onRequest', (_request, reply, next) => {
      attribution.enter(openHttpScope(attribution, reply.raw, options), next);
    });
    done();
  };
  return Object.assign(plugin, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: '@rampwright/provider',
  });
}
