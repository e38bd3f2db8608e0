import { hash } from 'node:crypto';
import { openSync, write } from 'node:fs';

/** A file of lines, written by the thread pool as they come; whoever comes meanwhile goes with the next write. */
export class Lines {
  readonly #file: number;
  #text = '';
  #isWriting = false;

  constructor(path: string) {
    this.#file = openSync(path, 'a', 0o600);
  }

  add(line: string): void {
    this.#text += `${line}\n`;
    if (this.#isWriting) return;
    this.#isWriting = true;
    setImmediate(() => this.#write());
  }

  #write(): void {
    if (this.#text === '') {
      this.#isWriting = false;
      return;
    }
    const bytes = Buffer.from(this.#text);
    this.#text = '';
    write(this.#file, bytes, 0, bytes.length, null, (error, written) => {
      if (error !== null) throw error;
      if (written !== bytes.length) throw new Error('the disk is full');
      this.#write();
    });
  }
}

/** Lines of which each holds the hash of the one before it. */
export class ChainedLines {
  readonly #lines: Lines;
  #last = '0'.repeat(64);
  #seq = 0;

  constructor(path: string) {
    this.#lines = new Lines(path);
  }

  add(entry: object): void {
    const body = JSON.stringify(entry).slice(1, -1);
    const text = `{"seq":${++this.#seq},"at":"${new Date().toISOString()}","prev":"${this.#last}",${body}`;
    this.#last = hash('sha256', text, 'hex');
    this.#lines.add(`${text},"hash":"${this.#last}"}`);
  }
}
