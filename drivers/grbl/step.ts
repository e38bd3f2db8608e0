import { BellcrankError, type Clock, quoted } from '../../src/driver/index.ts';
import type { Report } from './codec/report.ts';
import { noStatus, outOfStep } from './failures.ts';
import type { Link, LinkCall } from './link.ts';
import { markerLine, type Sent } from './owed.ts';

/** Silence after which nothing older is under way. */
export const quietMs = 60;

/** Longest wait for one report while nobody knows whether the controller hears at all. */
const oneAskMs = 400;

/** Resolves with a status. A board that was reset when its port was opened is silent until it has started. */
export async function alive(link: Link, call: LinkCall, withinMs: number, clock: Clock): Promise<Report> {
  const giveUpAt = clock.monotonic() + withinMs;
  for (let left = withinMs; left > 0; left = giveUpAt - clock.monotonic()) {
    const report = await link.ask(call, Math.min(left, oneAskMs));
    if (report !== undefined) return report;
  }
  throw noStatus(withinMs);
}

/**
 * Brings a controller at rest into step. False if the marker was not answered. What is owed before it will not be
 * answered, or belongs to nothing.
 */
export async function sync(link: Link, call: LinkCall, stallMs: number): Promise<boolean> {
  for (let attempt = 0; attempt < 2; attempt++) {
    await link.hearing.quiet(quietMs, stallMs, call.signal);
    link.owed.clear();
    // No newline goes before it: what may lie in the receive buffer, cut off, must not be executed.
    const [marker] = await link.send(call, [markerLine]);
    await link.hearing.until(() => marker?.answer !== undefined, stallMs / 2, call.signal);
    if (marker?.answer === 'ok') {
      link.inStep = true;
      return true;
    }
  }
  return false;
}

/** Sends a line that is answered at once, and waits for its `ok`. */
export async function exchange(link: Link, call: LinkCall, text: string, stallMs: number): Promise<Sent> {
  const [sent] = await link.send(call, [text]);
  if (sent === undefined) throw outOfStep();
  await link.hearing.until(() => sent.answer !== undefined, stallMs, call.signal);
  if (sent.answer === 'ok') return sent;
  // Left as it is, a late answer would be another line's.
  if (sent.answer === undefined) link.inStep = false;
  throw sent.answer === undefined
    ? outOfStep()
    : new BellcrankError('device-protocol', `${quoted(text)} is answered with error:${sent.answer}`);
}
