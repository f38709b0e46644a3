// Two hundred visitors a second, until the express checkout is served to nobody any more, or for three minutes.
const shop = process.env.SHOP_URL ?? 'http://127.0.0.1:3000';
const PER_SLICE = 20;
const SLICE_MS = 100;
const counts = { classic: 0, express: 0, failed: 0 };
const endMs = Date.now() + 180_000;
let lastExpressMs = Number.POSITIVE_INFINITY;

const visit = async () => {
  const response = await fetch(`${shop}/checkout/user-${Math.floor(Math.random() * 200_000)}`);
  const { variant } = await response.json();
  counts[variant] += 1;
  if (!response.ok) counts.failed += 1;
  if (variant === 'express') lastExpressMs = Date.now();
};

while (Date.now() < Math.min(endMs, lastExpressMs + 5_000)) {
  await Promise.all([...Array.from({ length: PER_SLICE }, visit), new Promise((next) => setTimeout(next, SLICE_MS))]);
}
console.log(
  `${counts.classic} served the classic checkout, ${counts.express} the express one; ${counts.failed} failed`,
);
