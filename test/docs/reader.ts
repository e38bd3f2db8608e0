import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/free-port.ts';
import { temporaryFolder } from '../wire/support.ts';
import { type Block, blocksOf } from './blocks.ts';
import { sameJson, sameText } from './same.ts';
import { ready, Running } from './service.ts';
import { type Ran, Shell } from './shell.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What stands in a page for something that only its reader has, and what a test has in its place. */
export type Substitutes = Readonly<Record<string, string>>;

/**
 * Follows a page from top to bottom as its reader would: shell blocks in one bash, files written where the page says, and
 * what is to run meanwhile running. Throws where something is not as the page says, with the line.
 */
export class Reader {
  readonly #page: string;
  readonly #substitutes: [string, string][];
  readonly #shell: Shell;
  readonly #env: Record<string, string>;
  readonly #url: string;
  /** By their names: two of one name are not there at once. */
  readonly #running = new Map<string, Running>();
  #last: Ran | undefined;

  private constructor(page: string, substitutes: Substitutes, port: number, program: string | undefined) {
    this.#page = page;
    this.#substitutes = [...Object.entries(substitutes), ['7080', String(port)]];
    this.#url = `http://127.0.0.1:${port}`;
    const cwd = checkout(program);
    const home = temporaryFolder();
    const own = { HOME: home, BELLCRANK_PORT: String(port), BELLCRANK_URL: this.#url };
    const path = [dirname(process.execPath), process.env['PATH'] ?? ''].join(':');
    this.#env = { PATH: path, LANG: 'C.UTF-8', ...own };
    this.#shell = new Shell(temporaryFolder(), cwd, this.#env);
  }

  /** The command is the one of the source, or this program. */
  static async of(page: string, substitutes: Substitutes = {}, program?: string): Promise<Reader> {
    return new Reader(page, substitutes, await freePort(), program);
  }

  async read(): Promise<number> {
    const blocks = blocksOf(await readFile(join(root, this.#page), 'utf8'));
    for (const block of blocks) {
      await this.#follow(block).catch((error: unknown) => {
        throw new Error(`${this.#page}:${block.line}: ${String(error)}`, { cause: error });
      });
    }
    return blocks.length;
  }

  async close(): Promise<void> {
    this.#shell.end();
    await Promise.all([...this.#running.values()].map((each) => each.end()));
  }

  async #follow(block: Block): Promise<void> {
    const { words } = block;
    const text = this.#own(block.text);
    const file = words.get('file');
    if (file !== undefined) return await this.#write(file, text);
    if (words.has('output')) return this.#compare(block.language, text);
    // A drawing: neither a shell's nor code.
    if (block.language === 'text') return;
    if (block.language !== 'bash')
      throw new Error(`no test knows what to do with ${block.language || 'a block without a language'}`);
    if (words.has('service')) return await this.#serve(text, words);
    await this.#run(text, Number(words.get('fails') ?? 0));
  }

  async #write(file: string, text: string): Promise<void> {
    const path = join((await this.#shell.where()).folder, file);
    mkdirSync(dirname(path), { recursive: true });
    await writeFile(path, `${text}\n`);
  }

  async #run(text: string, code: number): Promise<void> {
    this.#last = await this.#shell.run(text, code !== 0);
    if (this.#last.code === code) return;
    throw new Error(`ended with ${this.#last.code}, not ${code}:\n${this.#last.stdout}${this.#last.stderr}`);
  }

  async #serve(text: string, words: Block['words']): Promise<void> {
    const name = words.get('service') ?? '';
    // Who starts it anew has ended the one before.
    await this.#running.get(name)?.end();
    const { folder, path } = await this.#shell.where();
    const env = { ...this.#env, PATH: path, BELLCRANK_STORE__DIRECTORY: temporaryFolder() };
    const running = new Running(text, folder, env);
    this.#running.set(name, running);
    await running.begun();
    await ready(
      this.#url,
      (words.get('awaits') ?? '').split(',').filter((id) => id !== ''),
    );
  }

  #compare(language: string, shown: string): void {
    const { stdout = '' } = this.#last ?? {};
    const same = language === 'json' ? sameJson(JSON.parse(shown), JSON.parse(stdout)) : sameText(shown, stdout);
    if (!same) throw new Error(`the page shows\n${shown}\nand what came is\n${stdout}`);
  }

  #own(text: string): string {
    return this.#substitutes.reduce((own, [shown, real]) => own.replaceAll(shown, real), text);
  }
}

/**
 * A checkout to write in: the project’s own folders are where they are, and what a page writes is beside them. With a program
 * `bin/bellcrank` runs that in place of the source.
 */
function checkout(program: string | undefined): string {
  const folder = temporaryFolder();
  const own = program === undefined ? ['examples'] : ['examples', 'bin'];
  for (const name of readdirSync(root)) {
    if (name === '.git' || own.includes(name)) continue;
    symlinkSync(join(root, name), join(folder, name));
  }
  cpSync(join(root, 'examples'), join(folder, 'examples'), {
    recursive: true,
    filter: (path) => !path.includes('bellcrank-data'),
  });
  if (program === undefined) return folder;
  mkdirSync(join(folder, 'bin'));
  const text = `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`;
  writeFileSync(join(folder, 'bin/bellcrank'), text, { mode: 0o755 });
  return folder;
}
