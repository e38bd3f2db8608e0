import { BellcrankError } from '../../src/driver/index.ts';
import { type Failure, statusOf } from './codec.ts';

/**
 * What a failure proves. A status is the device's own answer to the one thing that it was asked, so it refused. Anything
 * else may have happened before, on or after the radio, and of several things that were set some may have been taken:
 * what became of a command is then not known.
 */
export function failureError(failure: Failure, asked: number): BellcrankError {
  const status = statusOf(failure);
  const text = `zigbee2mqtt says: ${failure.type} ${failure.key} failed: ${failure.text}`;
  const device = { code: status ?? 'failed', text: failure.text };
  if (failure.type === 'get') return new BellcrankError('device-failed', text, { device });
  if (status !== undefined && asked === 1) return new BellcrankError('device-refused', text, { device });
  return new BellcrankError('device-failed', text, { outcome: 'unknown', device });
}
