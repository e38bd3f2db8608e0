import type { CommandRecord } from '../store/record.ts';

/** What follows one command for whoever asked for it elsewhere (W3C Trace Context). Nothing of it throws. */
export interface CommandTrace {
  /** What to hand on with what leaves now: a `traceparent`. */
  readonly parent: string | undefined;
  /** It exists from now on. */
  admitted(record: CommandRecord): void;
  /** Its first byte is about to leave, also when it is sent again. */
  sending(): void;
  /** It was turned away before it existed. */
  refused(error: unknown): void;
  ended(record: CommandRecord): void;
}
