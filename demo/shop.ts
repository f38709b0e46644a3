import { createRampwrightClient, rampwrightFastify } from '@rampwright/provider';
import Fastify from 'fastify';
import { type Behaviour, type Page, pagesOf, type Scenario } from './shop-behaviour.ts';

/** Spread of the time that a request takes, as the standard deviation of its logarithm. */
const LOG_SPREAD = 0.4;

/**
 * The application: a shop with two pages, each behind a flag. It knows nothing of rollouts or metrics;
 * the provider's plugin attributes status and latency of every request to the variants that it saw.
 */
async function main(): Promise<void> {
  const pages = pagesOf(process.env['SHOP_SCENARIO'] as Scenario);
  const flags = createRampwrightClient({
    url: process.env['SHOP_RAMPWRIGHT_URL']!,
    apiKey: process.env['SHOP_RAMPWRIGHT_KEY']!,
    source: 'shop-1',
    onError: (error) => console.error(error),
  });
  const app = Fastify({ forceCloseConnections: true });
  await app.register(rampwrightFastify(flags));
  for (const page of pages) {
    app.get<{ Querystring: { user: string } }>(page.path, async (request, reply) => {
      const variant = flags.string(page.flag, page.control, { targetingKey: request.query.user });
      const isFine = await serve(behaviourOf(page, variant));
      return reply.code(isFine ? 200 : 500).send({ variant });
    });
  }
  await flags.ready(10_000);
  console.log(`the shop listens on ${await app.listen({ host: '127.0.0.1', port: 0 })}`);
  const stop = async () => {
    await app.close();
    await flags.close();
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop());
}

function behaviourOf(page: Page, variant: string): Behaviour {
  const behaviour = page.behaviours[variant];
  if (behaviour === undefined) throw new Error(`${page.path} has no variant "${variant}"`);
  return behaviour;
}

/** Takes its time, then succeeds or fails. */
async function serve({ failureProbability, medianMs }: Behaviour): Promise<boolean> {
  const normal = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  await new Promise((resolve) => setTimeout(resolve, medianMs * Math.exp(LOG_SPREAD * normal)));
  return Math.random() >= failureProbability;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
