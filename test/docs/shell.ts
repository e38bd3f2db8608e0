import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** What one block printed, and how it ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One bash from the first block of a page to the last: variables and the working directory stay, as for a reader. */
export class Shell {
  readonly #bash: ChildProcessByStdio<Writable, Readable, null>;
  readonly #codes: AsyncIterator<string>;
  readonly #folder: string;
  #count = 0;

  /** `folder` is for what blocks print; `cwd` is where the reader is. */
  constructor(folder: string, cwd: string, env: Readonly<Record<string, string>>) {
    this.#folder = folder;
    // A group of its own, so that what a block leaves running ends with it.
    const more = { cwd, env, detached: true } as const;
    this.#bash = spawn('bash', ['--noprofile', '--norc'], { ...more, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#codes = this.#bash.stdout.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string>; // by its encoding
  }

  /** As the reader pastes it, but that it stops at the first line that fails, unless one is meant to. */
  async run(text: string, mayFail = false): Promise<Ran> {
    const name = join(this.#folder, `block-${++this.#count}`);
    await writeFile(`${name}.sh`, `${mayFail ? '' : 'set -e\n'}${text}\n`);
    this.#bash.stdin.write(`trap 'echo $?' EXIT
source ${name}.sh > ${name}.out 2> ${name}.err < /dev/null
{ code=$?; trap - EXIT; set +e; } 2> /dev/null; echo $code
`);
    const { value } = await this.#codes.next();
    const [stdout, stderr] = await Promise.all([readFile(`${name}.out`, 'utf8'), readFile(`${name}.err`, 'utf8')]);
    return { code: value === undefined ? -1 : Number(value), stdout, stderr };
  }

  /** The reader’s folder and path of commands, for what runs beside, in a terminal that was prepared like this one. */
  async where(): Promise<{ readonly folder: string; readonly path: string }> {
    const [folder = '', path = ''] = (await this.run('pwd; echo "$PATH"')).stdout.split('\n');
    return { folder, path };
  }

  end(): void {
    if (this.#bash.pid === undefined) return;
    try {
      process.kill(-this.#bash.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}
