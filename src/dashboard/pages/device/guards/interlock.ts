/** A rule that guards the device, and how it stands (docs/interlocks.md). */
export interface InterlockView {
  readonly name: string;
  /** Commands by name, and properties as `write:` and their name. */
  readonly forbid: readonly string[];
  readonly unless: string;
  readonly maxAgeMs: number;
  readonly onViolation: 'stop' | null;
  readonly satisfied: boolean;
  /** Why the condition could not be judged. */
  readonly problem?: string;
  readonly values: readonly SeenView[];
}

/** One value that the condition reads. */
export interface SeenView {
  readonly device: string;
  readonly property: string;
  readonly value?: unknown;
  readonly ageMs: number | null;
  readonly usable: boolean;
  readonly problem?: string;
  readonly simulated?: boolean;
}

/** Reads pass, whatever a rule says. */
export function forbids({ forbid }: InterlockView, command: string, effect: string): boolean {
  return effect !== 'read' && (forbid.includes('*') || forbid.includes(command));
}
