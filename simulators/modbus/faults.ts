/** What becomes of one answer. */
export interface Turn {
  /** Undefined: no answer. */
  readonly delayMs: number | undefined;
  /** Answered instead of executing. */
  readonly exception: number | undefined;
  /** The unit that the answer claims to be from. */
  readonly unit: number | undefined;
  /** Changes the bytes of the answer. */
  readonly twist: ((frame: Buffer) => Buffer) | undefined;
}

interface Fault extends Partial<Turn> {
  times: number;
}

/** What a test or a person does to the answers of one unit. Each fault holds for so many requests, or until cleared. */
export class Faults {
  #faults: Fault[] = [];

  /** Executes and says nothing. */
  mute(times = Infinity): void {
    this.#faults.push({ delayMs: Infinity, times });
  }

  /** Executes at once, answers later. */
  delay(delayMs: number, times = Infinity): void {
    this.#faults.push({ delayMs, times });
  }

  /** Answers an exception and does nothing. */
  refuse(exception: number, times = Infinity): void {
    this.#faults.push({ exception, times });
  }

  /** Answers in another unit's name. */
  answerAs(unit: number, times = Infinity): void {
    this.#faults.push({ unit, times });
  }

  /** Executes, and changes the bytes of the answer. */
  twist(twist: (frame: Buffer) => Buffer, times = Infinity): void {
    this.#faults.push({ twist, times });
  }

  clear(): void {
    this.#faults = [];
  }

  /** Takes what holds for the next request. */
  next(): Turn {
    const turn: Fault = Object.assign({ times: 0 }, ...this.#faults.map(({ times: _, ...fault }) => fault));
    for (const fault of this.#faults) fault.times--;
    this.#faults = this.#faults.filter(({ times }) => times > 0);
    const { delayMs = 0, exception, unit, twist } = turn;
    return { delayMs: delayMs === Infinity ? undefined : delayMs, exception, unit, twist };
  }
}
