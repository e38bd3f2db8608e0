import type { Logger, LoggerOptions, pino as Pino } from 'pino';
import type { Clock } from '../clock.ts';
import { LogLines } from './log-lines.ts';

type Destination = ReturnType<typeof Pino.destination>;

/** Characters that wait for whoever reads the log; lines beyond that are lost, and counted. */
const mostCharacters = 8 * 1024 * 1024;

export interface LogOutputParts {
  readonly clock: Pick<Clock, 'timer'>;
}

/**
 * The log on a descriptor that is written by libuv's thread pool: Node's stream of it writes to a file at once, so that a
 * command would wait for its line, and holds without a bound what a pipe does not take.
 */
export class LogOutput {
  readonly #pino: typeof Pino;
  readonly #destination: Destination;
  readonly #lines: LogLines;
  #log: Logger | undefined;
  #lost = 0;
  #isWriting = false;
  #onWritten: (() => void) | undefined;

  constructor(pino: typeof Pino, fd: number, { clock }: LogOutputParts) {
    this.#pino = pino;
    this.#destination = pino.destination({ dest: fd, sync: false, maxLength: mostCharacters });
    this.#lines = new LogLines((text) => this.#write(text), clock);
    // The disk is full, or whoever read it is gone. What could not be written is tried again with the next line.
    this.#destination.on('error', () => this.#settled());
    this.#destination.on('drain', () => {
      this.#settled();
      this.#tell();
    });
    this.#destination.on('drop', (text: unknown) => (this.#lost += String(text).split('\n').length - 1));
  }

  logger(options: LoggerOptions): Logger {
    this.#log = this.#pino(options, this.#lines);
    return this.#log;
  }

  /** Resolves when everything is written or can never be: not at all while nobody reads it. */
  written(): Promise<void> {
    this.#lines.flush();
    return this.#isWriting ? new Promise((resolve) => (this.#onWritten = resolve)) : Promise.resolve();
  }

  /** What is not written by now is lost: pino would try it at the exit, for as long as nobody reads. */
  end(): void {
    this.#destination.destroy();
  }

  #write(text: string): void {
    this.#isWriting = true;
    this.#destination.write(text);
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
