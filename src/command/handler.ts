import type { Clock } from '../clock.ts';
import type { Device } from '../device/device.ts';
import type { Handler, LiveSession } from '../device/session.ts';
import type { Resolved } from './step.ts';
import { withReadBack } from './verify.ts';

export interface HandlerParts {
  readonly device: Device;
  readonly resolved: Resolved;
  readonly params: unknown;
  readonly clock: Clock;
}

/** What runs on a device for a command: the driver's handler, and the reading back where the model declares it. */
export function handlerOn(
  session: LiveSession,
  { device, resolved, params, clock }: HandlerParts,
): Handler | undefined {
  const handler = resolved.handler(session, copyOf(params));
  const wanted = resolved.verification(params);
  if (handler === undefined || wanted === undefined) return handler;
  return withReadBack(handler, wanted, { device, session, clock });
}

/** A driver may change what it is given; the record, and what another attempt sends, are as they were asked for. */
function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  const copy: Record<string, unknown> = { ...value };
  for (const key in copy) if (typeof copy[key] === 'object') copy[key] = copyOf(copy[key]);
  return copy;
}
