import type { FarClient } from '../../../simulator.ts';
import type { LiveFault } from '../live-fault.ts';
import type { Shared } from '../stage.ts';
import { FaultyClient } from './faulty-client.ts';
import type { MessageDevice } from './message-stage.ts';

export interface MessageFaultsParts {
  readonly device: Shared;
  readonly its: MessageDevice;
  readonly onFull: () => void;
  /** Takes the device off its broker and puts it, or another one, back. */
  readonly replug: () => void;
}

/** The faults of a device on a broker, one connection after the other. */
export class MessageFaults {
  readonly #parts: MessageFaultsParts;
  readonly #open = new Set<FaultyClient>();
  #faults: readonly LiveFault[] = [];
  #isSwapped = false;

  constructor(parts: MessageFaultsParts) {
    this.#parts = parts;
  }

  wrap(client: FarClient, closed: Promise<unknown>): FarClient {
    const faulty = new FaultyClient({ ...this.#parts, client });
    this.#open.add(faulty);
    void closed.then(() => {
      this.#open.delete(faulty);
      faulty.end();
    });
    faulty.setFaults(this.#faults);
    return faulty;
  }

  set(faults: readonly LiveFault[]): void {
    this.#faults = faults;
    for (const faulty of this.#open) faulty.setFaults(faults);
    for (const live of faults) if (isSwap(live)) this.#parts.device.onTurn(live, () => this.#swap());
    this.#swap();
  }

  /** One device is unplugged and the other plugged in. */
  #swap(): void {
    const isSwapped = this.#faults.some((live) => isSwap(live) && live.isDue);
    if (isSwapped === this.#isSwapped) return;
    this.#isSwapped = isSwapped;
    this.#parts.replug();
  }
}

function isSwap(live: LiveFault): boolean {
  return live.fault.kind === 'wrong-device' && !live.isOfFrames;
}
