import { speedLimits } from '../../simulation/control.ts';

const { minimum, maximum } = speedLimits;

/** In `must be …`. */
export const speedRule = `a number from ${minimum} to ${maximum}, where 1 is real time`;

/** How fast a simulator's own time goes; undefined for what is no such thing. */
export function speedOf(text: string): number | undefined {
  const factor = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  return factor >= minimum && factor <= maximum ? factor : undefined;
}
