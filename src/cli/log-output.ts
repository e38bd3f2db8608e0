import type { Logger, LoggerOptions, pino as Pino } from 'pino';

type Destination = ReturnType<typeof Pino.destination>;

/** Characters that wait for whoever reads the log; lines beyond that are lost, and counted. */
const mostCharacters = 8 * 1024 * 1024;

/**
 * The log on a descriptor that is written by libuv's thread pool: `process.stderr` is written at once on Linux, file or pipe,
 * so that a command would wait for its line, and a reader that has stopped reading would stop everything.
 */
export class LogOutput {
  readonly #pino: typeof Pino;
  readonly #destination: Destination;
  #log: Logger | undefined;
  #lost = 0;

  constructor(pino: typeof Pino, fd: number, onError: (error: NodeJS.ErrnoException) => void) {
    this.#pino = pino;
    this.#destination = pino.destination({ dest: fd, sync: false, maxLength: mostCharacters });
    this.#destination.on('error', onError);
    this.#destination.on('drop', () => this.#lost++);
    this.#destination.on('drain', () => this.#tell());
  }

  logger(options: LoggerOptions): Logger {
    this.#log = this.#pino(options, this.#destination);
    return this.#log;
  }

  /** Resolves when everything is written or can never be: not at all while nobody reads it. */
  written(): Promise<void> {
    return new Promise((resolve) => this.#destination.flush(() => resolve()));
  }

  /** What is not written by now is lost: pino would try it at the exit, for as long as nobody reads. */
  end(): void {
    this.#destination.destroy();
  }

  #tell(): void {
    const lines = this.#lost;
    this.#lost = 0;
    if (lines > 0) this.#log?.warn({ lines }, 'lines of the log are lost: whoever reads it did not');
  }
}
