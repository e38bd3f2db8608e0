import { BellcrankError } from '../../src/driver/index.ts';

/** One entry of the error queue (SCPI-1999 vol. 2, SYSTem:ERRor, §21.8). */
export interface QueueEntry {
  readonly code: number;
  readonly text: string;
}

/** §21.8: description and device-dependent info together have at most 255 characters. */
const longestText = 255;

/** A number as IEEE 488.2 §7.7.2 takes it: with a radix point (NR2) where that is exact, else with an exponent (NR3). */
export function formatNumber(value: number): string {
  const text = String(value).toUpperCase();
  return /[.E]/.test(text) ? text : `${text}.0`;
}

/** NR1, NR2 or NR3 response data (IEEE 488.2 §8.7.2–8.7.4) and nothing around it. */
const numeric = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?$/;

/** SCPI-1999 vol. 1 §7.2.1.4: ±9.9E37 stands for infinity; §7.2.1.5: 9.91E37 for "not a number". */
const leastSentinel = 9.9e37;

/**
 * The number in a reply. Throws `device-failed` where the supply says that it has none, which leaves the line in step, and
 * `device-protocol` for anything else that is not a reading.
 */
export function parseNumber(reply: string): number {
  if (!numeric.test(reply)) throw nonsense('a number', reply);
  const value = Number(reply);
  if (Math.abs(value) >= leastSentinel) throw noReading(reply);
  return value;
}

/** SCPI-1999 vol. 1 §7.3: a query of a Boolean answers 1 or 0, never ON or OFF. */
export function parseBoolean(reply: string): boolean {
  if (reply !== '0' && reply !== '1') throw nonsense('0 or 1', reply);
  return reply === '1';
}

/** `-222,"Data out of range;VOLT 99"`; quotes within are doubled (IEEE 488.2 §8.7.8). */
const entry = /^([+-]?\d{1,5}),\s*"((?:[^"]|"")*)"$/;

/** The entry in an answer to SYST:ERR?; code 0 means that the queue is empty. */
export function parseEntry(reply: string): QueueEntry {
  const [, code, text] = entry.exec(reply) ?? [];
  if (code === undefined || text === undefined) throw nonsense('an entry of the error queue', reply);
  // Adding 0 makes "-0" the plain 0 that it means.
  return { code: Number(code) + 0, text: text.replaceAll('""', '"').slice(0, longestText) };
}

/** Maker, model, serial number and firmware, separated by commas (IEEE 488.2 §10.14). No field holds a quote. */
export function isIdentity(reply: string): boolean {
  return /^[^",;]+(?:,[^",;]*){3}$/.test(reply);
}

export function parseIdentity(reply: string): string {
  if (!isIdentity(reply)) throw nonsense('an identity of four fields', reply);
  return reply;
}

/**
 * What an entry says of the command that it follows (classes: SCPI-1999 vol. 2 §21.8). Command errors (−1xx) and
 * execution errors (−2xx) are found before anything is done, except hardware errors (−24x), which like device-specific
 * ones (−3xx, positive) come while doing it. Anything else, such as a query error (−4xx) or a power-on (−500), leaves
 * open what was done.
 */
export function verdictOf({ code, text }: QueueEntry, sent: string): BellcrankError {
  const device = { code: String(code), text };
  const said = `the supply answered "${sent}" with ${code}, ${JSON.stringify(text)}`;
  if (isRefusal(code)) return new BellcrankError('device-refused', said, { outcome: 'refused', device });
  if (isFailure(code)) return new BellcrankError('device-failed', said, { outcome: 'failed', device });
  return new BellcrankError('device-protocol', said, { device });
}

function isRefusal(code: number): boolean {
  return code <= -100 && code >= -299 && !isHardware(code);
}

function isFailure(code: number): boolean {
  return code > 0 || isHardware(code) || (code <= -300 && code >= -399);
}

function isHardware(code: number): boolean {
  return code <= -240 && code >= -249;
}

function noReading(reply: string): BellcrankError {
  const text = 'over range, or not a number';
  const message = `the supply has no reading: it answered ${reply.slice(0, 80)}, ${text}`;
  return new BellcrankError('device-failed', message, {
    outcome: 'failed',
    device: { code: reply.slice(0, 80), text },
  });
}

function nonsense(wanted: string, reply: string): BellcrankError {
  const shown = JSON.stringify(reply.length > 80 ? `${reply.slice(0, 80)}…` : reply);
  return new BellcrankError('device-protocol', `the supply answered ${shown} instead of ${wanted}`);
}
