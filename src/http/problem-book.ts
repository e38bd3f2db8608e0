import { readFile } from 'node:fs/promises';
import type { Token } from 'marked';
import { problemPath, problemTypes } from './problem.ts';

/** The page that lists the others. */
export const indexPage = 'README';

export interface ProblemPage {
  readonly markdown: string;
  /** A whole document. */
  readonly html: string;
}

/** One page for each error code, read and rendered when it is first asked for. */
export class ProblemBook {
  readonly #folder: URL;
  /** Bounded by the number of codes. */
  readonly #pages = new Map<string, ProblemPage>();

  constructor(folder: URL) {
    this.#folder = folder;
  }

  /** Undefined for what is no code: only names of the table become file names. */
  async page(name: string): Promise<ProblemPage | undefined> {
    if (name !== indexPage && !Object.hasOwn(problemTypes, name)) return undefined;
    const page = this.#pages.get(name) ?? (await this.#read(name));
    this.#pages.set(name, page);
    return page;
  }

  async #read(name: string): Promise<ProblemPage> {
    const { Marked } = await import('marked');
    const markdown = await readFile(new URL(`${name}.md`, this.#folder), 'utf8');
    const title = name === indexPage ? 'Problem types' : name;
    return { markdown, html: document(title, await new Marked({ walkTokens: linkHere }).parse(markdown)) };
  }
}

/** Links lead to files in the documentation, and to paths here. */
function linkHere(token: Token): void {
  if (token.type !== 'link') return;
  const name = /^([\w-]+)\.md$/.exec(String(token['href']))?.[1];
  if (name !== undefined) token['href'] = problemPath(name === indexPage ? '' : name);
}

function document(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Bellcrank</title>
<link rel="stylesheet" href="${problemPath('style.css')}">
</head>
<body>
${body}</body>
</html>
`;
}
