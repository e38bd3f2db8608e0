/** A device on a serial line as one asks it by hand: serialport, its parser of lines, one exchange at a time. */
import { ReadlineParser, SerialPort } from 'serialport';

const timeoutMs = 1000;

export interface Exchanged {
  readonly answer: string;
  readonly sentAt: string;
}

export class LineByHand {
  readonly #port: SerialPort;
  #waiting: ((line: string) => void) | undefined;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(port: SerialPort) {
    this.#port = port;
    port.pipe(new ReadlineParser({ delimiter: '\n' })).on('data', (line: string) => this.#waiting?.(line));
  }

  static async open(path: string): Promise<LineByHand> {
    const port = new SerialPort({ path, baudRate: 9600, autoOpen: false });
    await new Promise<void>((resolve, reject) => {
      port.open((error) => (error === null ? resolve() : reject(error)));
    });
    return new LineByHand(port);
  }

  /** Behind those that were asked before. */
  query(text: string): Promise<Exchanged> {
    const mine = this.#last.then(() => this.#exchange(text));
    this.#last = mine.catch(() => {});
    return mine;
  }

  #exchange(text: string): Promise<Exchanged> {
    return new Promise((resolve, reject) => {
      const sentAt = new Date().toISOString();
      const timer = setTimeout(() => reject(new Error('no answer')), timeoutMs);
      this.#waiting = (line) => {
        clearTimeout(timer);
        this.#waiting = undefined;
        resolve({ answer: line, sentAt });
      };
      this.#port.write(`${text}\n`, (error) => {
        if (error) reject(error);
      });
    });
  }
}
