import type { Clock, Timer } from '../../../src/clock.ts';
import { messageOf } from '../../../src/errors.ts';
import type { LiveFault } from './live-fault.ts';
import type { OrderlyPort } from './port.ts';
import type { Turns } from './turns.ts';

/** Until a port that could not be plugged in again is tried anew: somebody else may have taken its number meanwhile. */
const retryMs = 1000;

/** What a fault has unplugged, and when it comes back. */
interface Away {
  readonly live: LiveFault;
  timer: Timer | undefined;
}

export interface PortFaultsParts {
  readonly clock: Clock;
  readonly turns: Turns;
  readonly told: (fault: string, detail: string) => void;
}

/** Faults that act on the port as a whole. */
export class PortFaults {
  readonly #parts: PortFaultsParts;
  #away: Away | undefined;
  #port: OrderlyPort | undefined;

  constructor(parts: PortFaultsParts) {
    this.#parts = parts;
  }

  get port(): OrderlyPort | undefined {
    return this.#port;
  }

  /** What is away already is unplugged before anybody has seen it. */
  plugInto(port: OrderlyPort): void {
    this.#port = port;
    const away = this.#away;
    if (away !== undefined) port.unplug().catch((error: unknown) => this.#tell(away.live, error));
  }

  /** What those before unplugged comes back, unless one of these would unplug it at once. */
  set(faults: readonly LiveFault[]): void {
    const away = this.#away;
    const stays = faults.some((live) => takesAway(live) && !live.isOfFrames && live.isDue);
    away?.timer?.cancel();
    this.#away = undefined;
    if (away !== undefined && !stays) this.#return(away);
    for (const live of faults) this.#add(live);
  }

  /** Those that wait for no frame act once, when they are due. */
  #add(live: LiveFault): void {
    const turn = (): void => {
      if (!live.isOfFrames && live.acted === 0 && live.isDue) this.strike(live);
      if (live.isExpired && this.#away?.live === live) this.#return(this.#away);
    };
    this.#parts.turns.onTurn(live, turn);
    turn();
  }

  strike(live: LiveFault): void {
    const { fault } = live;
    if (fault.kind === 'unplug' || fault.kind === 'broker-gone') return this.#unplug(live, fault.returnAfterMs);
    if (fault.kind !== 'io-error' && fault.kind !== 'zero-read') return;
    live.act();
    if (!live.isOfFrames) live.end();
    this.port?.fail(fault.kind).catch((error: unknown) => this.#tell(live, error));
  }

  close(): void {
    this.#away?.timer?.cancel();
    this.#away = undefined;
  }

  #unplug(live: LiveFault, returnAfterMs: number | undefined): void {
    if (this.#away !== undefined) return;
    live.act();
    const away: Away = { live, timer: undefined };
    this.#away = away;
    if (returnAfterMs !== undefined) away.timer = this.#parts.clock.timer(returnAfterMs, () => this.#return(away));
    this.port?.unplug().catch((error: unknown) => this.#tell(live, error));
  }

  #return(away: Away): void {
    const { live } = away;
    away.timer?.cancel();
    if (this.#away === away) this.#away = undefined;
    if (!live.isOfFrames) live.end();
    const otherPath = live.fault.kind === 'unplug' && live.fault.otherPath === true;
    this.port?.plug(otherPath).then(
      () =>
        this.#parts.told(
          live.fault.kind,
          `${live.fault.kind === 'unplug' ? 'plugged in' : 'there'} again${this.#where}`,
        ),
      (error: unknown) => {
        this.#tell(live, error);
        this.#away ??= away;
        away.timer = this.#parts.clock.timer(retryMs, () => this.#return(away));
      },
    );
  }

  get #where(): string {
    const address = this.port?.address;
    return address === undefined ? '' : ` as ${address}`;
  }

  #tell(live: LiveFault, error: unknown): void {
    this.#parts.told(live.fault.kind, messageOf(error));
  }
}

function takesAway({ fault }: LiveFault): boolean {
  return fault.kind === 'unplug' || fault.kind === 'broker-gone';
}
