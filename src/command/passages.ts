import type { Clock } from '../clock.ts';
import { End } from '../device/end.ts';
import { BellcrankError } from '../errors.ts';
import type { CommandRecord } from '../store/record.ts';
import { Few } from '../few.ts';
import { Passing, PassingMap, type Place } from '../passing.ts';
import type { Passage } from './step.ts';

/** A command at its beginning. All that it will have is named at once: a shape that grows is copied again and again. */
export function newPassage({ submission, arrivedAt, key }: Pick<Passage, 'submission' | 'arrivedAt' | 'key'>): Passage {
  return {
    submission,
    arrivedAt,
    queued: new End(),
    key,
    place: undefined,
    device: undefined,
    resolved: undefined,
    model: undefined,
    decision: undefined,
    record: undefined,
    accepted: undefined,
    deadline: undefined,
    turn: undefined,
    ahead: undefined,
    sendingAt: undefined,
    invoked: undefined,
    judged: undefined,
    cancelled: undefined,
    doubtful: undefined,
    late: undefined,
    settled: undefined,
    finished: undefined,
    ended: undefined,
  };
}

/** What became of a wish to cancel. */
export type Cancelled = 'withdrawn' | 'asked' | 'too-late';

/** The commands that have not ended, by device and by id. How many there are is bounded by the lanes. */
export class Passages {
  readonly #clock: Clock;
  readonly #all = new Passing<Passage>();
  // Places, not passages: a table that is left behind keeps what was in it.
  readonly #byId = new PassingMap<string, Place<Passage>>();
  readonly #byDevice = new PassingMap<string, Few<Place<Passage>>>();
  #emptied: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isEmpty(): boolean {
    return this.#all.size === 0;
  }

  /** Commands that have not ended. */
  get records(): readonly CommandRecord[] {
    return this.#all.all().flatMap(({ record }) => record ?? []);
  }

  /** A command exists, and can be found from now on. */
  admitted(passage: Passage, { id, device }: CommandRecord): void {
    const place = this.#all.add(passage);
    passage.place = place;
    this.#byId.set(id, place);
    const siblings = this.#byDevice.get(device);
    if (siblings !== undefined) return siblings.add(place);
    const first = new Few<Place<Passage>>();
    first.add(place);
    this.#byDevice.set(device, first);
  }

  end(passage: Passage): void {
    const { place, record } = passage;
    if (place === undefined) return;
    this.#all.delete(place);
    if (record !== undefined) this.#forget(place, record);
    if (this.#all.size === 0) this.#emptied?.();
  }

  find(id: string): Passage | undefined {
    return this.#byId.get(id)?.item;
  }

  /** Those of one device, oldest first. */
  of(device: string): readonly Passage[] {
    return (
      this.#byDevice
        .get(device)
        ?.all()
        .flatMap(({ item }) => item ?? []) ?? []
    );
  }

  /** Withdraws a command that has not left, or asks the driver to end one that it can abort. */
  cancel(id: string): Cancelled {
    const passage = this.find(id);
    if (passage === undefined || passage.ended === true) return 'too-late';
    const error = new BellcrankError('cancelled', 'the command was cancelled', { reason: 'cancelled' });
    if (passage.turn === undefined) {
      passage.queued.end(error);
      return 'withdrawn';
    }
    if (passage.resolved?.spec.abortable !== true) return 'too-late';
    (passage.cancelled ??= new AbortController()).abort(error);
    return 'asked';
  }

  /** Ends everything that is queued. */
  withdrawAll(error: BellcrankError): void {
    for (const { queued } of this.#all.all()) queued.end(error);
  }

  /** Resolves when nothing is left, at the latest after `ms`. */
  async emptied(ms: number): Promise<void> {
    if (this.#all.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = this.#clock.timer(ms, resolve);
      const emptied = (): void => {
        timer.cancel();
        resolve();
      };
      this.#emptied = emptied;
    });
  }

  #forget(place: Place<Passage>, { id, device }: { id: string; device: string }): void {
    this.#byId.delete(id);
    const siblings = this.#byDevice.get(device);
    siblings?.delete(place);
    if (siblings?.size === 0) this.#byDevice.delete(device);
  }
}
