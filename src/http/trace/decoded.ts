import type { Device } from '../../device/device.ts';
import { tooMuch } from '../../driver/bounds.ts';
import type { TraceEntry } from '../../transport/trace/index.ts';

/** What is told of one entry at most, in characters of JSON. */
const mostCharacters = 16_384;

/**
 * What an entry means, as far as it is known: by the device's driver, or as JSON. Only of what is here in whole, and only
 * when somebody looks. What came is a device's: it may be anything.
 */
export function decodedOf(entry: TraceEntry, { settings }: Device): unknown {
  if (entry.kind === 'wire' || entry.cutFrom !== undefined) return undefined;
  const { kind } = entry;
  const bytes = 'bytes' in entry ? entry.bytes : entry.message.payload;
  const topic = 'message' in entry ? { topic: entry.message.topic } : {};
  try {
    const told = settings.driver.explain?.({ kind, bytes, ...topic }, settings.options);
    return bounded(told ?? ('message' in entry ? jsonIn(bytes) : undefined));
  } catch {
    return undefined;
  }
}

/** A bare number or word is what it is as text, too. */
function jsonIn(bytes: Uint8Array): unknown {
  const value = JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown;
  return typeof value === 'object' && value !== null ? value : undefined;
}

function bounded(told: unknown): unknown {
  if (told === undefined || tooMuch(told) !== undefined) return undefined;
  const json = JSON.stringify(told);
  return json.length > mostCharacters ? undefined : told;
}
