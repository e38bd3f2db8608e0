/**
 * Real-time commands: one byte each, picked off the line before the receive buffer, never answered by `ok` (GRBL 1.1,
 * commands: "Realtime commands"). Those above 0x7F are bytes, and would be two if they were sent as UTF-8.
 */
export const realtime = {
  reset: Uint8Array.of(0x18),
  status: Uint8Array.of(0x3f), // ?
  hold: Uint8Array.of(0x21), // !
  resume: Uint8Array.of(0x7e), // ~
  jogCancel: Uint8Array.of(0x85),
  /** Feed hold, then reset: motion stops, and all that is queued is dropped. */
  stop: Uint8Array.of(0x21, 0x18),
} as const;

export type OverrideStep = 'reset' | 'plus-10' | 'minus-10' | 'plus-1' | 'minus-1';

const offsets: Readonly<Record<OverrideStep, number>> = {
  reset: 0,
  'plus-10': 1,
  'minus-10': 2,
  'plus-1': 3,
  'minus-1': 4,
};

/** 0x90–0x94. */
export function feedOverride(step: OverrideStep): Uint8Array {
  return Uint8Array.of(0x90 + offsets[step]);
}

/** 0x95–0x97. */
export function rapidOverride(percent: 100 | 50 | 25): Uint8Array {
  return Uint8Array.of(percent === 100 ? 0x95 : percent === 50 ? 0x96 : 0x97);
}

/** 0x99–0x9D. */
export function spindleOverride(step: OverrideStep): Uint8Array {
  return Uint8Array.of(0x99 + offsets[step]);
}
