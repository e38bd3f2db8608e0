import { ErrorQueue } from '../behaviour/error-queue.ts';

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
  execution: { code: -200, text: 'Execution error' },
  outOfRange: { code: -222, text: 'Data out of range' },
  queueOverflow: { code: -350, text: 'Queue overflow' },
  inputOverrun: { code: -363, text: 'Input buffer overrun' },
} as const satisfies Record<string, SupplyError>;

const capacity = 20;

export function supplyErrorQueue(): ErrorQueue<SupplyError> {
  return new ErrorQueue<SupplyError>({ capacity, overflow: supplyErrors.queueOverflow, none: noError });
}
