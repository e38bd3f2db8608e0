import { BellcrankError } from '../errors.ts';

/**
 * Several messages that are one order, all on their way: resolves with what each brought once all have ended. If some fail
 * it rejects with what is known of the whole: what leaves one in doubt leaves it in doubt, and where only some were
 * refused it is no refusal, since something was done.
 */
export async function together<T>(parts: readonly Promise<T>[]): Promise<readonly T[]> {
  const ended = await Promise.allSettled(parts);
  const errors: unknown[] = ended.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
  if (errors.length > 0) throw wholeOf(errors, parts.length);
  return ended.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
}

const saidByDevice: readonly string[] = ['device-refused', 'device-failed', 'verify-mismatch'];

function wholeOf(errors: readonly unknown[], count: number): unknown {
  const doubt = errors.find((error) => !(error instanceof BellcrankError) || !saidByDevice.includes(error.code));
  if (doubt !== undefined) return doubt;
  const [first] = errors;
  const allRefused = errors.every((error) => error instanceof BellcrankError && error.code === 'device-refused');
  if (!(first instanceof BellcrankError) || count === 1 || (allRefused && errors.length === count)) return first;
  const { device, message } = first;
  const text = `${errors.length} of ${count} were not done: ${message}`;
  return new BellcrankError('device-failed', text, { cause: first, ...(device !== undefined && { device }) });
}
