import type { ByteConnection } from '../../../src/transport/connection.ts';
import { FaultyBytes, type Overflows } from './faulty-bytes.ts';
import type { LiveFault } from './live-fault.ts';
import type { Device, Line } from './stage.ts';

/** The faults of all connections of one byte wire. */
export class ByteFaults {
  readonly #device: Device;
  readonly #overflows: Overflows;
  readonly #open = new Set<FaultyBytes>();
  #faults: readonly LiveFault[] = [];

  constructor(device: Device, overflows: Overflows) {
    this.#device = device;
    this.#overflows = overflows;
  }

  wrap(far: ByteConnection, line: Line): ByteConnection {
    const faulty = new FaultyBytes(far, line, this.#device, this.#overflows);
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
