/** An entry of the error queue, and what a setting that fails gives. */
export interface SupplyError {
  readonly code: number;
  readonly text: string;
}

export const noError: SupplyError = { code: 0, text: 'No error' };

/** The codes that the simulator finds itself (SCPI-1999 vol. 2 §21.8, the error and event numbers). */
export const supplyErrors = {
  invalidCharacter: { code: -101, text: 'Invalid character' },
  dataType: { code: -104, text: 'Data type error' },
  parameterNotAllowed: { code: -108, text: 'Parameter not allowed' },
  missingParameter: { code: -109, text: 'Missing parameter' },
  undefinedHeader: { code: -113, text: 'Undefined header' },
  suffixOutOfRange: { code: -114, text: 'Header suffix out of range' },
  invalidSuffix: { code: -131, text: 'Invalid suffix' },
  outOfRange: { code: -222, text: 'Data out of range' },
  queueOverflow: { code: -350, text: 'Queue overflow' },
  inputOverrun: { code: -363, text: 'Input buffer overrun' },
} as const satisfies Record<string, SupplyError>;

const capacity = 20;

/** First in, first out; when it is full, the newest entry gives way to "Queue overflow" (SCPI-1999 vol. 2 §21.8). */
export class ErrorQueue {
  #entries: SupplyError[] = [];

  push(error: SupplyError): void {
    if (this.#entries.length < capacity) this.#entries.push(error);
    else this.#entries[capacity - 1] = supplyErrors.queueOverflow;
  }

  /** Takes the oldest entry; `noError` when there is none. */
  next(): SupplyError {
    return this.#entries.shift() ?? noError;
  }

  clear(): void {
    this.#entries = [];
  }
}
