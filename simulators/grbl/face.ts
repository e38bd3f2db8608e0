import { type Clock, delay } from '../../src/clock.ts';
import { BellcrankError, type Call, DryRunEnd } from '../../src/driver/index.ts';
import type { GrblBehaviour } from './model.ts';
import type { Vector } from './planner.ts';
import type { Push } from './state.ts';

export type FaceCall<R = never> = Call<null, R>;

interface Line {
  readonly text: string;
  readonly data: string[];
  answer?: 'ok' | number;
}

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** What a command remembers of when it began. */
interface Since {
  readonly alarms: number;
  readonly resets: number;
  readonly isMotion: boolean;
}

const lookEveryMs = 10;

/** What the handlers of face 1 share: lines in order, and waits that end with an alarm or a reset. */
export class FaceOne {
  readonly machine: GrblBehaviour;
  readonly clock: Clock;
  alarms = 0;
  lastAlarm = 0;
  resets = 0;
  #lines: Line[] = [];
  readonly #stop: readonly (() => void)[];

  constructor(machine: GrblBehaviour, clock: Clock, heard: (push: Push) => void) {
    this.machine = machine;
    this.clock = clock;
    this.#stop = [
      machine.onReady(() => this.#work()),
      machine.onPush((push) => {
        this.#take(push);
        heard(push);
      }),
    ];
  }

  close(): void {
    for (const stop of this.#stop) stop();
  }

  since(isMotion: boolean): Since {
    return { alarms: this.alarms, resets: this.resets, isMotion };
  }

  get place(): Place {
    return placeOf(this.machine.position);
  }

  get workPlace(): Place {
    const { position, offset } = this.machine;
    return placeOf([position[0] - offset[0], position[1] - offset[1], position[2] - offset[2]]);
  }

  /** What the controller would not execute now is refused, like on the wire. */
  assertReady(allowed = 'Idle Run Jog Alarm Check'): void {
    const { locked, state } = this.machine;
    if (!locked && allowed.split(' ').includes(state)) return;
    throw refusal(`the simulated controller is in state ${state}`, state, 'not now');
  }

  /** Has a line executed; resolves with what was told before its `ok`. */
  async line(call: FaceCall, text: string, since: Since): Promise<readonly string[]> {
    await call.sending();
    if (call.dryRun) throw new DryRunEnd(!since.isMotion);
    const line: Line = { text, data: [] };
    this.#lines.push(line);
    this.#work();
    await this.until(call, () => line.answer !== undefined, since);
    if (line.answer === 'ok') return line.data;
    throw refusal(`the simulated controller refused ${text}: error:${line.answer}`, `error:${line.answer}`, 'refused');
  }

  /** Resolves once `look` finds something. */
  async until(call: FaceCall, look: () => boolean, since?: Since): Promise<void> {
    for (;;) {
      if (since !== undefined) this.#check(since);
      if (look()) return;
      call.progress({ state: this.machine.state });
      await delay(this.clock, lookEveryMs, call.signal);
    }
  }

  #check({ alarms, resets, isMotion }: Since): void {
    if (alarms !== this.alarms) {
      const device = { code: `ALARM:${this.lastAlarm}`, text: 'alarm' };
      const message = `the simulated controller went into alarm ${this.lastAlarm}`;
      if (!isMotion) throw new BellcrankError('device-protocol', message, { device });
      throw new BellcrankError('device-failed', message, { outcome: 'failed', device });
    }
    if (resets !== this.resets) throw new BellcrankError('connection-lost', 'the simulated controller was reset');
  }

  #take(push: Push): void {
    if (push.kind === 'alarm') {
      this.alarms++;
      this.lastAlarm = push.code;
    }
    if (push.kind !== 'banner') return;
    this.resets++;
    this.#lines = [];
  }

  #work(): void {
    while (this.machine.isReading) {
      const line = this.#lines.shift();
      if (line === undefined) return;
      this.machine.execute(line.text, {
        data: (text) => void line.data.push(text),
        answer: (answer) => void (line.answer = answer),
      });
    }
  }
}

export function refusal(message: string, code: string, text: string): BellcrankError {
  return new BellcrankError('device-refused', message, { outcome: 'refused', device: { code, text } });
}

/** As a report tells it: three decimals. */
export function placeOf([x, y, z]: Vector): Place {
  const rounded = (value: number): number => Number(value.toFixed(3)) + 0;
  return { x: rounded(x), y: rounded(y), z: rounded(z) };
}
