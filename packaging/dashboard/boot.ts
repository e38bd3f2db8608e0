import { fileURLToPath } from 'node:url';
import { build, type Plugin, type Rolldown } from 'vite';

const entry = fileURLToPath(new URL('../../src/dashboard/boot/boot.ts', import.meta.url));
const placeholder = '<!-- boot -->';

/**
 * Writes the part that must work when nothing else does, Stop above all, into the page itself: it comes with the page and
 * waits for no other request. The service allows it by its hash.
 */
export function boot(): Plugin {
  let serving = false;
  return {
    name: 'bellcrank-boot',
    configResolved: ({ command }) => void (serving = command === 'serve'),
    transformIndexHtml: {
      order: 'post',
      handler: async (html) => {
        if (!html.includes(placeholder)) throw new Error(`index.html has no ${placeholder}`);
        const script = serving ? '<script type="module" src="/boot/boot.ts"></script>' : inline(await bundled());
        return stylesLast(html.replace(placeholder, () => script));
      },
    },
  };
}

/** A style sheet that does not come keeps back what stands after it, scripts included: Stop stands before all of them. */
function stylesLast(html: string): string {
  const styles: string[] = [];
  const without = html.replace(/\s*<link rel="stylesheet"[^>]*>/g, (link) => {
    styles.push(link.trim());
    return '';
  });
  return without.replace('<div id="root">', (root) => `${styles.join('\n    ')}\n    ${root}`);
}

function inline(code: string): string {
  if (/<\/script|<!--/i.test(code)) throw new Error('the boot script cannot stand in a page');
  return `<script>${code}</script>`;
}

async function bundled(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'warn',
    build: { write: false, target: 'es2023', lib: { entry, formats: ['iife'], name: 'boot' } },
  });
  const [first] = [result].flat() as Rolldown.RolldownOutput[];
  const chunk = first?.output.find((each) => each.type === 'chunk');
  if (chunk === undefined) throw new Error('the boot script was not built');
  return chunk.code.trim();
}
