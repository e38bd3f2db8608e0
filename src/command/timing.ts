import type { CommandTiming, Passage } from './step.ts';

/** Where the time of a command went that ends at `endedAt`. */
export function timingOf({ arrivedAt, sendingAt, invoked }: Passage, endedAt: number): CommandTiming {
  const totalMs = endedAt - arrivedAt;
  // Announced to the record, and then provably not sent: all of it was waiting.
  if (sendingAt === undefined || invoked?.left !== true) return { totalMs };
  return { totalMs, queueMs: sendingAt - arrivedAt, wireMs: endedAt - sendingAt };
}
