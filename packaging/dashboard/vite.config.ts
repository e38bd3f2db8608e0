import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { boot } from './boot.ts';

/** The page at `/`. `npm run dashboard` serves it from its sources, beside a service that runs. */
export default defineConfig({
  root: fileURLToPath(new URL('../../src/dashboard', import.meta.url)),
  publicDir: false,
  plugins: [react(), boot()],
  build: {
    outDir: 'build',
    emptyOutDir: true,
    target: 'es2023',
    // The content security policy takes no script that is written into the page, and no picture but the page's own.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // A style sheet of a page that did not come once would not be asked for again.
    cssCodeSplit: false,
    reportCompressedSize: false,
    license: { fileName: 'assets/licenses.md' },
  },
  server: { proxy: { '/v1': 'http://127.0.0.1:7080', '/docs': 'http://127.0.0.1:7080' } },
});
