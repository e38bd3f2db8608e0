interface Waiting {
  readonly resolve: (line: string) => void;
  readonly timer: NodeJS.Timeout;
}

/** Longest that an answer may take, ms. */
const patienceMs = 5000;

/** A device in memory, as one writes it by hand: bytes both ways, one exchange at a time, and a time limit for each. */
export class DeviceByHand {
  #last: Promise<unknown> = Promise.resolve();
  #waiting: Waiting | undefined;

  async set(volts: number): Promise<number> {
    const line = await this.#inTurn(() => this.#ask(`SET ${volts}\n`));
    if (!line.startsWith('OK ')) throw new Error(`expected OK, got ${line}`);
    return Number(line.slice(3));
  }

  #inTurn(ask: () => Promise<string>): Promise<string> {
    const answer = this.#last.then(ask);
    this.#last = answer.catch(() => {});
    return answer;
  }

  #ask(line: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no answer')), patienceMs);
      this.#waiting = { resolve, timer };
      this.#send(Buffer.from(line, 'latin1'));
    });
  }

  /** The far end. */
  #send(bytes: Buffer): void {
    queueMicrotask(() => {
      const line = bytes.toString('latin1', 0, bytes.indexOf(10));
      const answer = Buffer.from(`OK ${line.slice(4)}\n`, 'latin1');
      queueMicrotask(() => this.#hear(answer));
    });
  }

  #hear(bytes: Buffer): void {
    const { resolve, timer } = this.#waiting ?? {};
    clearTimeout(timer);
    resolve?.(bytes.toString('latin1', 0, bytes.indexOf(10)));
  }
}
