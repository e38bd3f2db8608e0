import { rawCommand } from '../../driver/built-in.ts';
import { Expression, parseExpression } from '../../expression/expression.ts';
import { assert } from '../../assert.ts';
import type { Attempt } from '../gate.ts';

/** An interlock as it is configured; it has exactly one of `device` and `label`. */
export interface InterlockSettings {
  readonly name: string;
  readonly device?: string;
  /** `KEY` or `KEY=VALUE`. */
  readonly label?: string;
  /** Commands, and `write:` and a property's name; `*` is everything that is no read. */
  readonly forbid: readonly string[];
  /** What must hold, in CEL. */
  readonly unless: string;
  /** How long a value may be relied on. */
  readonly maxAgeMs: number;
  /** Watch all the time, and stop the device when it does not hold. */
  readonly onViolation?: 'stop';
}

/** An interlock that can be asked. */
export interface Interlock extends InterlockSettings {
  readonly expression: Expression;
}

/** For settings that the configuration has checked. */
export function compileInterlock(settings: InterlockSettings): Interlock {
  const expression = parseExpression(settings.unless);
  assert(expression instanceof Expression, `the expression of interlock ${settings.name} was checked`);
  return { ...settings, expression };
}

/**
 * Reads are never forbidden: they are how one sees why something is. What is sent raw may do whatever is forbidden, so
 * every interlock forbids it.
 */
export function forbids(
  { forbid }: InterlockSettings,
  { command, effect }: Pick<Attempt, 'command' | 'effect'>,
): boolean {
  return effect !== 'read' && (command === rawCommand || forbid.includes('*') || forbid.includes(command));
}
