import { BellcrankError, type ErrorCode } from '../errors.ts';
import { acceptsCommands, type DeviceSignal, type DeviceState, next } from './state.ts';

/** Who hears of each change. */
export interface LifeListener {
  stateChanged(state: DeviceState, from: DeviceState): void;
}

/** Why a device takes no commands. */
interface Why {
  readonly code: ErrorCode;
  readonly detail: string;
}

const notYet: Why = { code: 'device-offline', detail: 'not connected yet' };

/** Where one device stands in its life cycle, and why; the stop latch beside it. */
export class Life {
  readonly #id: string;
  readonly #listener: LifeListener;
  #state: DeviceState;
  #why: Why = notYet;
  #latch: string | undefined;

  constructor(id: string, enabled: boolean, listener: LifeListener) {
    this.#id = id;
    this.#state = enabled ? 'offline' : 'disabled';
    this.#listener = listener;
  }

  get state(): DeviceState {
    return this.#state;
  }
  /** Who stopped it, and why; undefined while it is not stopped. */
  get latch(): string | undefined {
    return this.#latch;
  }
  set latch(latch: string | undefined) {
    this.#latch = latch;
  }

  /** Why it is not ready; empty when it is. */
  get detail(): string | undefined {
    if (this.#state === 'disabled') return 'disabled';
    return acceptsCommands(this.#state) ? undefined : this.#why.detail;
  }

  apply(signal: DeviceSignal, why?: Why): void {
    if (why !== undefined) this.#why = why;
    const from = this.#state;
    this.#state = next(from, signal);
    if (this.#state !== from) this.#listener.stateChanged(this.#state, from);
  }

  /** The error for a command that cannot even be queued now; undefined when it can. */
  refusal(): BellcrankError | undefined {
    if (this.#state === 'disabled') {
      return new BellcrankError('disabled', `device ${this.#id} is disabled; enable it first`, { outcome: 'not-sent' });
    }
    return acceptsCommands(this.#state) ? undefined : this.offlineError();
  }

  offlineError(): BellcrankError {
    return new BellcrankError(this.#why.code, `device ${this.#id} is offline: ${this.#why.detail}; nothing was sent`, {
      outcome: 'not-sent',
      reason: 'offline',
      retryAfterMs: 2000,
    });
  }
}
