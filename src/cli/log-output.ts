import type { Logger, LoggerOptions, pino as Pino } from 'pino';

type Destination = ReturnType<typeof Pino.destination>;

/** Characters that wait for whoever reads the log; lines beyond that are lost, and counted. */
const mostCharacters = 8 * 1024 * 1024;

/**
 * The log on a descriptor that is written by libuv's thread pool: Node's stream of it writes to a file at
 * once, so that a command would wait for its line, and holds without a bound what a pipe does not take.
 */
export class LogOutput {
  readonly #pino: typeof Pino;
  readonly #destination: Destination;
  #log: Logger | undefined;
  #lines: string[] = [];
  /** How many lines it is that would be lost now, and how many are. */
  #dropped = 0;
  #lost = 0;
  #isWriting = false;
  #onWritten: (() => void) | undefined;

  constructor(pino: typeof Pino, fd: number, onError: (error: NodeJS.ErrnoException) => void) {
    this.#pino = pino;
    this.#destination = pino.destination({ dest: fd, sync: false, maxLength: mostCharacters });
    this.#destination.on('error', (error) => {
      this.#settled();
      onError(error);
    });
    this.#destination.on('drop', () => (this.#lost += this.#dropped));
    this.#destination.on('drain', () => {
      this.#settled();
      this.#tell();
    });
  }

  logger(options: LoggerOptions): Logger {
    this.#log = this.#pino(options, { write: (line) => this.#take(line) });
    return this.#log;
  }

  /** Resolves when everything is written or can never be: not at all while nobody reads it. */
  written(): Promise<void> {
    this.#handOver();
    return this.#isWriting ? new Promise((resolve) => (this.#onWritten = resolve)) : Promise.resolve();
  }

  /** What is not written by now is lost: pino would try it at the exit, for as long as nobody reads. */
  end(): void {
    this.#destination.destroy();
  }

  /** All lines of one turn of the event loop go together: the destination looks at all that waits with each that comes. */
  #take(line: string): void {
    if (this.#lines.push(line) === 1) setImmediate(() => this.#handOver());
  }

  #handOver(): void {
    if (this.#lines.length === 0) return;
    const lines = this.#lines;
    this.#lines = [];
    this.#dropped = lines.length;
    this.#isWriting = true;
    this.#destination.write(lines.join(''));
  }

  #settled(): void {
    this.#isWriting = false;
    this.#onWritten?.();
  }

  #tell(): void {
    const lines = this.#lost;
    this.#lost = 0;
    if (lines > 0) this.#log?.warn({ lines }, 'lines of the log are lost: whoever reads it did not');
  }
}
