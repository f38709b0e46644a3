// A shop with one page. The express checkout fails 4 % of its requests, the classic one 0.5 %; nobody has noticed yet.
import { createRampwrightClient, rampwrightFastify } from '@rampwright/provider';
import Fastify from 'fastify';

const flags = createRampwrightClient({
  url: process.env.RAMPWRIGHT_URL ?? 'http://127.0.0.1:8080',
  apiKey: process.env.SHOP_KEY,
});
const app = Fastify();
await app.register(rampwrightFastify(flags));

app.get('/checkout/:user', async (request, reply) => {
  const variant = flags.string('checkout', 'classic', { targetingKey: request.params.user });
  const isBroken = Math.random() < (variant === 'express' ? 0.04 : 0.005);
  return reply.code(isBroken ? 500 : 200).send({ variant });
});

await flags.ready();
console.log(`the shop listens on ${await app.listen({ port: Number(process.env.SHOP_PORT ?? 3000) })}`);
