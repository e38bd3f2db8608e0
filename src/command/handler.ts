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
  const handler = resolved.handler(session, params);
  const wanted = resolved.verification(params);
  if (handler === undefined || wanted === undefined) return handler;
  return withReadBack(handler, wanted, { device, session, clock });
}
