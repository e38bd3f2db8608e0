import { BellcrankError, scaled, unscaled } from '../../src/driver/index.ts';
import type { FieldScale } from '../../drivers/declarative/definition/definition.ts';
import type { FieldPart, FieldValue } from '../../drivers/declarative/template/template.ts';

const noScale: FieldScale = { scale: 1, offset: 0 };

/** The bytes that tell a value in the device's own unit; undefined where they cannot. */
export function tell(part: FieldPart, value: unknown, scale = noScale): Uint8Array | undefined {
  const raw = rawOf(part, value, scale);
  if (raw === undefined) return undefined;
  const bytes = printed(part, raw) ?? Buffer.from(String(raw), 'latin1');
  // What only reads (a regular expression) prints nothing; its value stands for itself if that reads back.
  return isRead(part, bytes) ? bytes : undefined;
}

/** What a reader makes of a value that was told: rounded to what the bytes hold. */
export function heldBy(part: FieldPart, value: unknown, scale = noScale): unknown {
  const bytes = tell(part, value, scale);
  if (bytes === undefined) return undefined;
  if (part.separator !== undefined) return value;
  const scanned = part.conversion.scan(bytes, 0, bytes.length);
  return scanned === undefined ? undefined : meant(scanned.value, scale);
}

/** A scanned value in the property's unit. */
export function meant(value: FieldValue, { scale, offset } = noScale): unknown {
  if (Array.isArray(value)) return value.map((one: FieldValue) => meant(one, { scale, offset }));
  if (typeof value !== 'number' && typeof value !== 'bigint') return value;
  if (scale === 1 && offset === 0) return Number(value);
  return scaled(value, scale, offset);
}

function printed(part: FieldPart, raw: FieldValue): Uint8Array | undefined {
  try {
    if (part.separator === undefined || !Array.isArray(raw)) return part.conversion.print(raw);
    const separator = Buffer.from(part.separator);
    const members = raw.map((one: FieldValue) => part.conversion.print(one));
    return Buffer.concat(members.flatMap((one, index) => (index === 0 ? [one] : [separator, one])));
  } catch (error) {
    if (error instanceof BellcrankError) return undefined;
    throw error;
  }
}

function isRead(part: FieldPart, bytes: Uint8Array): boolean {
  if (part.separator !== undefined) return bytes.length > 0;
  return part.conversion.scan(bytes, 0, bytes.length)?.end === bytes.length;
}

function rawOf(part: FieldPart, value: unknown, scale: FieldScale): FieldValue | undefined {
  if (Array.isArray(value)) {
    const members = value.map((one: unknown) => rawOf(part, one, scale));
    return members.every((one) => one !== undefined) ? members : undefined;
  }
  if (typeof value === 'number') return unscaledFor(part, value, scale);
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint' ? value : undefined;
}

function unscaledFor(part: FieldPart, value: number, { scale, offset }: FieldScale): FieldValue {
  if (scale === 1 && offset === 0) return value;
  // What is counted in whole numbers is rounded to a count.
  if (/[feEgGmR]$/.test(part.conversion.text)) return Number(((value - offset) / scale).toPrecision(12));
  const raw = unscaled(value, scale, offset);
  return Number.isSafeInteger(Number(raw)) ? Number(raw) : raw;
}
