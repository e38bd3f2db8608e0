import { BellcrankError, quoted } from '../../src/driver/index.ts';
import { isVersion } from './codec/message.ts';
import type { Link, LinkCall } from './link.ts';
import { exchange } from './step.ts';

/** RX_BUFFER_SIZE is 128 where the build info tells nothing else; one place stays free. */
export const usualRoom = 127;

/** Throws if what a controller says of itself is not of GRBL 1.1. */
export function assertVersion(text: string): void {
  if (isVersion(text)) return;
  throw new BellcrankError('identity-mismatch', `the device says that it is ${quoted(text)}, not GRBL 1.1`);
}

/** For one whose status nobody understands: throws if that is because it is of another version. */
export function assertNoOther({ banner, strange }: Link): void {
  if (banner !== undefined) assertVersion(banner);
  if (strange !== undefined) assertVersion(strange);
}

/** Asks for the build info ($I), and resolves with the bytes that may be on their way without an answer. */
export async function identify(link: Link, call: LinkCall, stallMs: number): Promise<number> {
  const { data } = await exchange(link, call, '$I', stallMs);
  const of = (type: string): string | undefined => {
    const found = data.find((message) => message.kind === 'data' && message.type === type);
    return found?.kind === 'data' ? found.text : undefined;
  };
  assertVersion(of('VER') ?? '');
  // What is made after it may tell the version that it is like: [FIRMWARE:grblHAL].
  const firmware = of('FIRMWARE');
  if (firmware !== undefined) assertVersion(firmware);
  // Later builds tell the sizes of planner and receive buffer: [OPT:V,15,128].
  const size = Number(/,(\d{1,5})$/.exec(of('OPT') ?? '')?.[1] ?? usualRoom + 1);
  return Math.min(usualRoom, size - 1);
}

/** All settings ($$), by number; $13 is among them. */
export async function askSettings(link: Link, call: LinkCall, stallMs: number): Promise<Map<number, number>> {
  const { data } = await exchange(link, call, '$$', stallMs);
  const settings = new Map<number, number>();
  for (const message of data) if (message.kind === 'setting') settings.set(message.number, message.value);
  if (settings.has(13)) return settings;
  throw new BellcrankError('device-protocol', 'the controller does not tell its setting $13');
}
