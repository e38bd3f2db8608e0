import type { ByteConnection } from '../../../src/transport/connection.ts';
import { FaultyBytes } from './faulty-bytes.ts';
import type { LiveFault } from './live-fault.ts';
import type { Device, Line } from './stage.ts';

/** The faults of all connections of one byte wire. */
export class ByteFaults {
  readonly #device: Device;
  readonly #onFull: () => void;
  readonly #open = new Set<FaultyBytes>();
  #faults: readonly LiveFault[] = [];

  constructor(device: Device, onFull: () => void) {
    this.#device = device;
    this.#onFull = onFull;
  }

  wrap(far: ByteConnection, line: Line): ByteConnection {
    const faulty = new FaultyBytes(far, line, this.#device, this.#onFull);
    this.#open.add(faulty);
    void faulty.closed.then(() => this.#open.delete(faulty));
    faulty.setFaults(this.#faults);
    return faulty;
  }

  set(faults: readonly LiveFault[]): void {
    this.#faults = faults;
    for (const faulty of this.#open) faulty.setFaults(faults);
  }
}
