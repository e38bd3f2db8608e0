/**
 * What is known of a condition now. `beyond`: it holds. `between`: it does not, and what was raised is not normal yet
 * (hysteresis). `within`: normal. `unknown`: no value can be relied on, so nothing is raised and nothing clears.
 */
export type Verdict = 'beyond' | 'between' | 'within' | 'unknown';

/** Where a rule of one device stands. */
export type Phase =
  | { readonly kind: 'normal' }
  /** It held for `heldMs` until `since` (monotonic), and since then; undefined: it is not known to hold now. */
  | { readonly kind: 'pending'; readonly heldMs: number; readonly since: number | undefined }
  | { readonly kind: 'raised' };

export interface Step {
  readonly phase: Phase;
  readonly change?: 'raised' | 'cleared';
  /** How long the condition must go on holding to be raised, where it is pending and known to hold. */
  readonly dueInMs?: number;
}

export const normal: Phase = { kind: 'normal' };
export const raised: Phase = { kind: 'raised' };

/** The state machine of one rule and device, pure. Time is monotonic, in ms. */
export function step(phase: Phase, verdict: Verdict, now: number, delayMs: number): Step {
  if (phase.kind === 'raised') return verdict === 'within' ? { phase: normal, change: 'cleared' } : { phase };
  if (verdict === 'unknown') return { phase: suspended(phase, now) };
  if (verdict !== 'beyond') return { phase: normal };
  const heldMs = heldFor(phase, now);
  if (heldMs >= delayMs) return { phase: raised, change: 'raised' };
  return { phase: { kind: 'pending', heldMs, since: now }, dueInMs: delayMs - heldMs };
}

/** Time in which nothing is known does not count, and takes nothing back. */
function suspended(phase: Phase, now: number): Phase {
  return phase.kind === 'pending' ? { kind: 'pending', heldMs: heldFor(phase, now), since: undefined } : phase;
}

function heldFor(phase: Phase, now: number): number {
  if (phase.kind !== 'pending') return 0;
  return phase.heldMs + (phase.since === undefined ? 0 : now - phase.since);
}
