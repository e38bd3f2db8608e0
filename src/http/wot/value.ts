import type { FastifyReply } from 'fastify';
import type { Device } from '../../device/device.ts';
import { BellcrankError } from '../../errors.ts';

/**
 * The value of a property, asked for if it is not known well enough. A bare value cannot say that it is stale or bad, so
 * there is none then.
 */
export async function goodValue(device: Device, name: string, signal: AbortSignal): Promise<unknown> {
  const known = device.reading(name);
  if (known.quality === 'good') return known.value;
  const refusal = device.refusal();
  if (refusal !== undefined) throw refusal;
  const reading = device.canRead(name) ? await device.read(name, 0, signal) : known;
  if (reading.quality === 'good') return reading.value;
  const why = reading.error ?? `it is ${reading.quality}`;
  const detail = `${name} of ${device.id} has no value that can be relied on: ${why}`;
  throw new BellcrankError('no-value', detail, { retryAfterMs: 1000 });
}

/** JSON that may be a bare text or number. */
export function sendBare(reply: FastifyReply, value: unknown): FastifyReply {
  if (value === undefined) return reply.code(204).send();
  return reply.code(200).type('application/json; charset=utf-8').serializer(String).send(JSON.stringify(value));
}
