import type { ByteConnection } from '../../src/driver/index.ts';

/**
 * Transaction ids of one session. A gateway may answer when the session that asked is long over, so the next one on the
 * connection begins where that ended: every id that was used went with a write, and the connection counts those.
 */
export class TransactionIds {
  #last: number;

  constructor(unit: number, connection: ByteConnection) {
    // Units on one gateway begin at different numbers.
    this.#last = (unit << 8) + connection.written;
  }

  /** What `next` will give. */
  get upcoming(): number {
    return (this.#last + 1) & 0xff_ff;
  }

  next(): number {
    this.#last++;
    return this.#last & 0xff_ff;
  }

  /** Nothing was written with it. */
  giveBack(id: number): void {
    if ((this.#last & 0xff_ff) === id) this.#last--;
  }
}
