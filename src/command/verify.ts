import { isDeepStrictEqual } from 'node:util';
import { type Clock, delay } from '../clock.ts';
import type { Device } from '../device/device.ts';
import type { Handler, LiveSession } from '../device/session.ts';
import type { Call } from '../driver/contract.ts';
import { validate } from '../driver/schema.ts';
import { BellcrankError, isBusy, messageOf } from '../errors.ts';
import type { Verification } from './step.ts';

/** Pause between two looks at a property that is still on its way. */
const pauseMs = 50;

export interface VerifyParts {
  readonly device: Device;
  readonly session: LiveSession;
  readonly clock: Clock;
}

/**
 * A handler that reads back what it set, in the same turn of the line and within the same deadline. `confirmed` only by
 * what the device itself reports; a value that is not what was asked for is `verify-mismatch`.
 */
export function withReadBack(handler: Handler, wanted: Verification, parts: VerifyParts): Handler {
  return async (call) => {
    const value = await handler(call);
    if (!call.dryRun) await verify(call, wanted, parts);
    return value;
  };
}

async function verify(call: Call, wanted: Verification, parts: VerifyParts): Promise<void> {
  const { clock } = parts;
  const until = clock.monotonic() + wanted.withinMs;
  for (;;) {
    const found = await readBack(call, wanted.property, parts).catch(ifBusy);
    const isLast = clock.monotonic() + pauseMs > until;
    if (found instanceof BellcrankError) {
      if (isLast) throw unverified(found);
    } else {
      const evidence = { readBack: JSON.stringify(found) ?? 'nothing' };
      if (fits(wanted, found)) return call.confirm('confirmed', evidence);
      if (isLast) {
        call.confirm('sent', evidence);
        throw mismatch(wanted, found);
      }
    }
    await delay(clock, pauseMs, call.signal);
  }
}

async function readBack(call: Call, property: string, { device, session }: VerifyParts): Promise<unknown> {
  const spec = device.model.properties[property];
  const read = session.read(property);
  if (spec === undefined || read === undefined) {
    throw new BellcrankError('driver-fault', `property ${property}, which verifies the command, cannot be read`);
  }
  const value = await read(call).catch((error: unknown) => Promise.reject(isBusy(error) ? error : unverified(error)));
  const [error] = validate(spec.schema, value);
  if (error !== undefined) {
    throw new BellcrankError('device-protocol', `${property} reads back a value that ${error.detail}`);
  }
  device.readings.put(property, spec, value, { kind: 'command', commandId: call.id });
  return value;
}

/** It may tell soon: some save what they were told, and answer nothing else meanwhile. */
function ifBusy(error: unknown): BellcrankError {
  if (isBusy(error)) return error;
  throw error;
}

function fits({ expected, tolerance }: Verification, found: unknown): boolean {
  if (typeof expected !== 'number' || typeof found !== 'number') return isDeepStrictEqual(found, expected);
  return found === expected || Math.abs(found - expected) <= tolerance + noiseOf(tolerance, found, expected);
}

/** 0.2 − 0.15 is a little more than 0.05, as binary fractions go; without a tolerance nothing is let through. */
function noiseOf(tolerance: number, found: number, expected: number): number {
  return tolerance === 0 ? 0 : 2 * Number.EPSILON * Math.max(Math.abs(found), Math.abs(expected));
}

function mismatch({ property, expected, tolerance }: Verification, found: unknown): BellcrankError {
  const within = tolerance > 0 ? ` within ${tolerance}` : '';
  const detail = `${property} reads back ${JSON.stringify(found)}, not ${JSON.stringify(expected)}${within}`;
  return new BellcrankError('verify-mismatch', detail);
}

/** The command was taken; what went wrong is the question after it, which says nothing of the command. */
function unverified(error: unknown): BellcrankError {
  const known = error instanceof BellcrankError ? error.code : 'driver-fault';
  const isSaid = known === 'device-refused' || known === 'device-failed' || known === 'busy';
  const code = isSaid ? 'device-protocol' : known;
  return new BellcrankError(code, `its effect could not be read back: ${messageOf(error)}`, { cause: error });
}
