import type { Purpose } from '../transport/connection.ts';
import type { Effect } from '../driver/spec.ts';
import type { CallHooks } from './call.ts';
import type { Invoked } from './invoke.ts';
import type { Handler, LiveSession } from './session.ts';

/** One run of a handler on a device. */
export interface Work {
  readonly id: string;
  /** For the trace: what it is called. */
  readonly purpose?: Purpose;
  readonly effect: Effect;
  readonly handler: (session: LiveSession) => Handler | undefined;
  /** An instant of the monotonic clock. */
  readonly deadline: number;
  readonly signal?: AbortSignal;
  readonly cancelled?: AbortSignal;
  readonly hooks?: CallHooks;
  /** Whether what a handler returned is worth anything; if not, the line is quarantined as after a timeout. */
  readonly isKnown?: (invoked: Invoked) => boolean;
  /** The line is brought back into step afterwards, even if all went well. */
  readonly resync?: boolean;
  readonly dryRun?: boolean;
  readonly extendMs?: number;
}
