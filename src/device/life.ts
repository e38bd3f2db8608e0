import { BellcrankError, type ErrorCode } from '../errors.ts';
import { acceptsCommands, type DeviceSignal, type DeviceState, next } from './state.ts';

/** Where one device stands in its life cycle, and why; the stop latch beside it. */
export class Life {
  readonly #id: string;
  readonly #changed: (state: DeviceState, from: DeviceState) => void;
  #state: DeviceState;
  #why: { readonly code: ErrorCode; readonly detail: string } = { code: 'device-offline', detail: 'not connected yet' };
  #latch: string | undefined;

  constructor(id: string, enabled: boolean, changed: (state: DeviceState, from: DeviceState) => void) {
    this.#id = id;
    this.#state = enabled ? 'offline' : 'disabled';
    this.#changed = changed;
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

  apply(signal: DeviceSignal, why?: { code: ErrorCode; detail: string }): void {
    if (why !== undefined) this.#why = why;
    const from = this.#state;
    this.#state = next(from, signal);
    if (this.#state !== from) this.#changed(this.#state, from);
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
