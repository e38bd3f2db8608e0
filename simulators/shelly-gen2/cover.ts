import type { Clock, Timer } from '../../src/clock.ts';
import type { Changed, Part, Status } from './parts.ts';
import { invalid, numberIn, type Params, RpcError } from './rpc-error.ts';

export interface CoverSettings {
  readonly travelSeconds: number;
  readonly calibrated: boolean;
}

interface Move {
  readonly from: number;
  readonly to: number;
  readonly since: number;
  readonly timer: Timer;
}

/** A cover that takes its time (docs, "Cover"). It begins closed. */
export class CoverPart implements Part {
  readonly namespace = 'Cover';
  readonly key: string;
  readonly id: number;
  readonly #clock: Clock;
  readonly #settings: CoverSettings;
  readonly #changed: Changed;
  #position = 0;
  #move: Move | undefined;
  #resting: 'open' | 'closed' | 'stopped' = 'closed';

  constructor(id: number, clock: Clock, settings: CoverSettings, changed: Changed) {
    this.id = id;
    this.key = `cover:${id}`;
    this.#clock = clock;
    this.#settings = settings;
    this.#changed = changed;
  }

  get state(): string {
    if (this.#move === undefined) return this.#resting;
    return this.#move.to > this.#move.from ? 'opening' : 'closing';
  }

  /** 0 is closed, 100 open. */
  get position(): number {
    const move = this.#move;
    if (move === undefined) return this.#position;
    const gone = (this.#clock.monotonic() - move.since) / (this.#settings.travelSeconds * 10);
    return Math.round(move.to > move.from ? Math.min(move.to, move.from + gone) : Math.max(move.to, move.from - gone));
  }

  status(): Status {
    const { calibrated } = this.#settings;
    const moving = this.#move !== undefined;
    return {
      id: this.id,
      source: 'MQTT',
      state: this.state,
      apower: moving ? 120 : 0,
      voltage: 230.1,
      current: moving ? 0.5 : 0,
      pf: moving ? 0.9 : 0,
      freq: 50,
      aenergy: { total: 1.5, by_minute: [0, 0, 0], minute_ts: 0 },
      temperature: { tC: 38.2, tF: 100.8 },
      pos_control: calibrated,
      last_direction: 'open',
      ...(calibrated && { current_pos: this.position }),
    };
  }

  call(method: string, params: Params): unknown {
    switch (method) {
      case 'Open':
        return this.go(100);
      case 'Close':
        return this.go(0);
      case 'Stop':
        return this.#stop();
      case 'GoToPosition':
        return this.#goTo(params);
      default:
        throw new RpcError(404, `No handler for Cover.${method}`);
    }
  }

  close(): void {
    this.#move?.timer.cancel();
  }

  #goTo(params: Params): null {
    const to = numberIn(params, 'pos', 0, 100);
    if (to === undefined) throw invalid("Missing required argument 'pos'!");
    if (!this.#settings.calibrated) throw new RpcError(-109, 'Cover is not calibrated!');
    return this.go(to);
  }

  go(to: number): null {
    this.#halt();
    const from = this.#position;
    if (from === to) return null;
    const ms = Math.abs(to - from) * this.#settings.travelSeconds * 10;
    this.#move = { from, to, since: this.#clock.monotonic(), timer: this.#clock.timer(ms, () => this.#arrive()) };
    this.#changed(this, ['state', 'source', 'apower', 'current_pos']);
    return null;
  }

  #stop(): null {
    if (this.#move === undefined) return null;
    this.#arrive();
    return null;
  }

  #arrive(): void {
    this.#halt();
    this.#resting = this.#position === 100 ? 'open' : this.#position === 0 ? 'closed' : 'stopped';
    this.#changed(this, ['state', 'source', 'apower', 'current_pos']);
  }

  #halt(): void {
    this.#position = this.position;
    this.#move?.timer.cancel();
    this.#move = undefined;
    this.#resting = 'stopped';
    if (this.#position === 100) this.#resting = 'open';
    if (this.#position === 0) this.#resting = 'closed';
  }
}
