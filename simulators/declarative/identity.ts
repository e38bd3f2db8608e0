import { BellcrankError, latin1, quoted } from '../../src/driver/index.ts';
import type { Definition } from '../../drivers/declarative/definition/definition.ts';
import { matches } from '../../drivers/declarative/session/judge.ts';
import { scanTemplate } from '../../drivers/declarative/template/scan.ts';

/** Throws `identity-mismatch` for an answer that is not what the options say, or no such device's at all. */
export function checkIdentity({ identify, options }: Definition, frames: readonly Uint8Array[]): void {
  for (const [index, template] of (identify?.expect ?? []).entries()) {
    const frame = frames[index];
    if (identify === undefined || frame === undefined || matches(frame, template, identify, options)) continue;
    const scanned = scanTemplate(template, frame, {});
    if (!scanned.ok && scanned.checksum) {
      throw new BellcrankError('device-protocol', `the device answered ${quoted(latin1(frame))} with a wrong checksum`);
    }
    const message = `the device says that it is ${quoted(latin1(frame))}, not ${quoted(template.text)}`;
    throw new BellcrankError('identity-mismatch', message);
  }
}
