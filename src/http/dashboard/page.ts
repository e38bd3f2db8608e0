import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

export interface Page {
  readonly status: number;
  readonly html: string;
  /** Its content security policy. */
  readonly policy: string;
}

/** The page as it was built; undefined if it was not. */
export async function readPage(folder: URL): Promise<Page | undefined> {
  try {
    const html = await readFile(new URL('index.html', folder), 'utf8');
    return { status: 200, html, policy: policyOf(html) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * The page loads what this service has for it and nothing else, and nobody may frame it. The script that stands in it is
 * allowed by its hash (CSP 3 §8.3): it runs as it was built, or not at all. Without scripts its form stops, too.
 */
export function policyOf(html: string): string {
  const scripts = [...html.matchAll(/<script>([^]*?)<\/script>/g)].map(([, code = '']) => ` '${hashOf(code)}'`);
  return (
    `default-src 'none'; script-src 'self'${scripts.join('')}; style-src 'self'; connect-src 'self'; img-src 'self' data:; ` +
    "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
  );
}

function hashOf(code: string): string {
  return `sha256-${createHash('sha256').update(code).digest('base64')}`;
}
