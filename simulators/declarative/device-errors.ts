/** Why a simulated device does not do what it was told. */
export interface DeviceFault {
  readonly code: string;
  readonly text: string;
}

/** SCPI-1999 vol. 2 §21.8, for devices whose definition gives no codes of its own. */
export const defaultFaults = {
  unknownMessage: { code: '-113', text: 'Undefined header' },
  outOfRange: { code: '-222', text: 'Data out of range' },
  overflow: { code: '-350', text: 'Queue overflow' },
} as const satisfies Record<string, DeviceFault>;

/** Whether the simulator chose it, for want of a better one. */
export function isDefault(fault: DeviceFault): boolean {
  return Object.values<DeviceFault>(defaultFaults).includes(fault);
}

/** First in, first out; when it is full, the newest entry gives way to "Queue overflow". */
export class FaultQueue {
  readonly #capacity: number;
  readonly #entries: DeviceFault[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  push(fault: DeviceFault): void {
    if (this.#entries.length < this.#capacity) this.#entries.push(fault);
    else this.#entries[this.#capacity - 1] = defaultFaults.overflow;
  }

  /** Takes the oldest entry; undefined when there is none. */
  next(): DeviceFault | undefined {
    return this.#entries.shift();
  }
}
