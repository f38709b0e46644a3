import { fileURLToPath } from 'node:url';
import tailwind from '@tailwindcss/vite';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  base: '/console/',
  plugins: [tailwind()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  // Everything is a file of its own: the policy of the page allows no `data:` scripts or styles.
  build: { outDir: here('../../dist/console'), emptyOutDir: true, assetsInlineLimit: 0, modulePreload: false },
  server: { proxy: { '/api': process.env['RAMPWRIGHT_URL'] ?? 'http://127.0.0.1:8080' } },
});
