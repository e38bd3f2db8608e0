import { lexer } from 'marked';

/**
 * A fenced block of a page. The words after its language say what a test does with it: `service=NAME`, `output`, `file=NAME`,
 * `fails=CODE`, `awaits=DEVICE,DEVICE`.
 */
export interface Block {
  readonly line: number;
  readonly language: string;
  readonly words: ReadonlyMap<string, string>;
  readonly text: string;
}

/** Every fenced block of a page, those in lists too, in order. */
export function blocksOf(page: string): readonly Block[] {
  const found: Block[] = [];
  let from = 0;
  const visit = (tokens: readonly Token[]): void => {
    for (const token of tokens) {
      if (token.type === 'code') found.push(blockOf(token, (from = placeOf(page, token, from)), page));
      visit(token.tokens ?? token.items ?? []);
    }
  };
  visit(lexer(page));
  return found;
}

/** What of a token is read here. */
interface Token {
  readonly type: string;
  readonly text?: string;
  readonly lang?: string;
  readonly raw: string;
  readonly tokens?: readonly Token[];
  readonly items?: readonly Token[];
}

function blockOf({ lang = '', text = '' }: Token, at: number, page: string): Block {
  const [language = '', ...rest] = lang.split(/\s+/);
  const words = new Map(
    rest.map((word): [string, string] => {
      const [name = '', ...value] = word.split('=');
      return [name, value.join('=')];
    }),
  );
  return { line: page.slice(0, at).split('\n').length, language, words, text };
}

/** In a list its lines are indented, so that its fence is looked for and not the whole. */
function placeOf(page: string, { lang = '' }: Token, from: number): number {
  const at = page.indexOf(`\`\`\`${lang}`, from === 0 ? 0 : from + 1);
  if (at < 0) throw new Error(`no fence for a block of ${lang === '' ? 'no language' : lang}`);
  return at;
}
