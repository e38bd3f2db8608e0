import { validate } from '../../driver/schema.ts';
import type { JsonSchema } from '../../driver/spec.ts';
import { type LeaseFact, type LeaseRequest, type OnExpiry, ttlBounds } from './lease.ts';
import { hashOf } from './token.ts';

const prefix = 'lease:';

export function keyOf(device: string): string {
  return `${prefix}${device}`;
}

export const leasePrefix = prefix;

export function deviceOf(key: string): string {
  return key.slice(prefix.length);
}

/** A lease that is to be granted. */
export function draft(
  request: LeaseRequest,
  { token, now, generation, stolenFrom }: { token: string; now: number; generation: number; stolenFrom?: string },
): LeaseFact {
  const { by, ttlMs, note = '', onExpiry = 'release' } = request;
  const times = { ttlMs, grantedAt: now, expiresAt: now + ttlMs };
  const theft = stolenFrom === undefined ? {} : { stolenFrom };
  return { tokenHash: hashOf(token), holder: by, note, onExpiry, ...times, generation, ...theft };
}

/** What is not asked for stays: whoever renews must not disarm a dead-man switch by leaving it out. */
export function renewal(before: LeaseFact, request: LeaseRequest, now: number): LeaseFact {
  const { ttlMs, note = before.note, onExpiry = before.onExpiry } = request;
  return { ...before, ttlMs, note, onExpiry, expiresAt: now + ttlMs };
}

const instant: JsonSchema = { type: 'number', minimum: 0, maximum: 8.64e15 };
const text: JsonSchema = { type: 'string' };
const schema: JsonSchema = {
  type: 'object',
  required: ['tokenHash', 'holder', 'note', 'ttlMs', 'onExpiry', 'grantedAt', 'expiresAt', 'generation'],
  properties: {
    tokenHash: { type: 'string', pattern: '^[A-Za-z0-9_-]{43}$' },
    holder: text,
    note: text,
    ttlMs: { type: 'integer', ...ttlBounds },
    onExpiry: { enum: ['release', 'stop'] satisfies OnExpiry[] },
    grantedAt: instant,
    expiresAt: instant,
    generation: { type: 'integer', minimum: 1 },
    stolenFrom: text,
    expired: { const: true },
  },
};

/** What was kept may come from another version, or be damaged. */
export function isLeaseFact(value: unknown): value is LeaseFact {
  return validate(schema, value).length === 0;
}

/** A lease that cannot be read is over; it stops the device unless it can be told that it was not to. */
export function unreadable(value: unknown, now: number): LeaseFact {
  const isRelease = typeof value === 'object' && value !== null && 'onExpiry' in value && value.onExpiry === 'release';
  return {
    tokenHash: '',
    holder: 'somebody',
    note: 'the record of this lease cannot be read',
    ttlMs: ttlBounds.minimum,
    onExpiry: isRelease ? 'release' : 'stop',
    grantedAt: now,
    expiresAt: now,
    generation: 1,
    expired: true,
  };
}
