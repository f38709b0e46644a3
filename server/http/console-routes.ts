import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsync } from 'fastify';
import { Problem } from '../../domain/index.ts';

/** Where the console is: built beside the compiled server, which may also run uncompiled. */
const CONSOLE_DIRECTORY = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/console/' : '../../console/', import.meta.url),
);

/** Only files of this server, no inline scripts, no frames; names and reasons that people write are never markup. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const YEAR_MS = 365 * 24 * 3_600_000;
const hidden = { config: { access: 'public' }, schema: { hide: true } } as const;

/** The console: static files, which anybody may read, for all that it shows comes over the API with a key. */
export const consoleRoutes: FastifyPluginAsync = async (app) => {
  await app.register(fastifyStatic, {
    root: CONSOLE_DIRECTORY,
    serve: false,
    preCompressed: true,
    cacheControl: false,
    // Whether it was built is said on the first request, not at the start of a server that may need no console.
    suppressWarning: true,
  });
  app.addHook('onSend', async (_request, reply) => {
    reply
      .header('content-security-policy', CONTENT_SECURITY_POLICY)
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer')
      .header('cross-origin-opener-policy', 'same-origin');
  });

  app.get('/', hidden, async (_request, reply) => reply.redirect('/console/'));
  app.get('/console', hidden, async (_request, reply) => reply.redirect('/console/'));
  app.get('/console/', hidden, async (_request, reply) => {
    if (!existsSync(`${CONSOLE_DIRECTORY}index.html`))
      throw new Problem('routeNotFound', 'the console is not built here: node scripts/prepare.mjs builds it');
    return reply.header('cache-control', 'no-cache').sendFile('index.html');
  });
  app.get('/console/icon.svg', hidden, async (_request, reply) =>
    reply.header('cache-control', 'public, max-age=86400').sendFile('icon.svg'),
  );
  // Names of assets hold a hash of their content, so what a name means never changes.
  app.get<{ Params: { '*': string } }>('/console/assets/*', hidden, async (request, reply) =>
    reply
      .header('cache-control', `public, max-age=${YEAR_MS / 1_000}, immutable`)
      .sendFile(`assets/${request.params['*']}`),
  );
};
