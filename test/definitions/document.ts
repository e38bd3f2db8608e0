import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Block {
  /** What stands behind the fence: `yaml`, `yaml whole`, `conversions`. */
  readonly info: string;
  readonly text: string;
  /** Of its first line in the page. */
  readonly line: number;
}

/** The fenced blocks of a page in `docs/`. */
export function blocksOf(page: string): Block[] {
  const text = readFileSync(fileURLToPath(new URL(`../../docs/${page}`, import.meta.url)), 'utf8');
  return Array.from(text.matchAll(/^```([^\n]*)\n(.*?)^```$/gms), ({ 1: info = '', 2: body = '', index }) => ({
    info: info.trim(),
    text: body,
    line: text.slice(0, index).split('\n').length + 1,
  }));
}
