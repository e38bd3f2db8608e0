/** Stops on a broken invariant: a programmer's error, never a device's or a client's. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message}`);
}

/** Marks the branch that the types say is never taken. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${String(value)}`);
}
