import { End } from './end.ts';

/**
 * What was decided of a device last: a newer command, a stop, who may command it. What was begun before is not begun again
 * afterwards, also if what was decided is over by then.
 */
export class Decision {
  readonly what: string;
  #over: End | undefined;

  constructor(what: string) {
    this.what = what;
  }

  /** Ends when something else is decided: for whoever waits to begin again. */
  get over(): End {
    return (this.#over ??= new End());
  }

  /** A turn of the event loop later: a stop has bytes to send first. */
  replaced(by: Decision): void {
    const over = this.#over;
    if (over !== undefined) setImmediate(() => over.end(new Error(by.what)));
  }
}
