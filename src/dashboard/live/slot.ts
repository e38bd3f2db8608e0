import type { DeviceSnapshot, PropertyChange } from '../../client/index.ts';
import type { Cause, DeviceEvent, DeviceView, LeaseView, LiveDevice, LiveProperty, Point } from './types.ts';

const maxPoints = 120;
const maxEvents = 50;

type Known = Omit<LiveProperty, 'recent' | 'cause' | 'heardAt'>;

interface Cell {
  known: Known;
  cause: Cause | undefined;
  heardAt: number;
  readonly trail: Point[];
  built: LiveProperty | undefined;
}

/** What is known of one device, as it changes; `device` is what it was when it was last looked at. */
export class Slot {
  readonly #now: () => number;
  readonly #cells = new Map<string, Cell>();
  #view: DeviceView;
  #lease: LeaseView | null;
  #events: readonly DeviceEvent[] = [];
  #seenAt: number | undefined;
  #built: LiveDevice | undefined;

  /** `now`: wall clock, ms. */
  constructor(snapshot: DeviceSnapshot, now: () => number) {
    this.#now = now;
    this.#view = snapshot.device;
    this.#lease = snapshot.lease;
    this.reset(snapshot);
  }

  /** As it is now; where values were before stays known. */
  reset({ device, properties, lease }: DeviceSnapshot): void {
    this.#lease = lease;
    this.view = device;
    this.keepOnly(new Set(properties.map(({ name }) => name)));
    for (const property of properties) this.#put(property, undefined);
  }

  /** The device has no other properties any more. */
  keepOnly(names: ReadonlySet<string>): void {
    for (const name of this.#cells.keys()) if (!names.has(name)) this.#cells.delete(name);
  }

  /** Changes show from the next `refresh` on. */
  refresh(): void {
    this.#built = undefined;
  }

  get device(): LiveDevice {
    this.#built ??= {
      view: this.#view,
      lease: this.#lease,
      events: this.#events,
      seenAt: this.#seenAt,
      properties: new Map([...this.#cells].map(([name, cell]) => [name, builtOf(cell)])),
    };
    return this.#built;
  }

  set view(view: DeviceView) {
    const isBack = view.state === 'ready' && this.#view.state !== 'ready';
    this.#view = view;
    // What still holds of what it told before is told again.
    if (isBack) this.#age();
    this.#saw(view.lastSeenAt);
  }

  set lease(lease: LeaseView | null) {
    this.#lease = lease;
  }

  property({ device: _device, cause, ...known }: PropertyChange): void {
    this.#put(known, cause);
  }

  event(event: DeviceEvent): void {
    this.#events = [event, ...this.#events].slice(0, maxEvents);
    this.#saw(event.at);
  }

  #put(known: Known, cause: Cause | undefined): void {
    const cell = this.#cells.get(known.name) ?? { known, cause, heardAt: 0, trail: [], built: undefined };
    this.#cells.set(known.name, cell);
    Object.assign(cell, { known, cause: cause ?? cell.cause, heardAt: this.#now(), built: undefined });
    if (known.quality === 'good') this.#saw(known.at);
    if (known.quality === 'good' && typeof known.value === 'number' && known.at !== null) {
      extend(cell.trail, { at: Date.parse(known.at), value: known.value });
    }
  }

  #age(): void {
    for (const cell of this.#cells.values()) {
      if (cell.known.quality === 'good')
        Object.assign(cell, { known: { ...cell.known, quality: 'stale' }, built: undefined });
    }
  }

  #saw(at: string | null): void {
    if (at === null) return;
    const ms = Date.parse(at);
    if (this.#seenAt === undefined || ms > this.#seenAt) this.#seenAt = ms;
  }
}

function extend(trail: Point[], point: Point): void {
  const last = trail.at(-1);
  if (last !== undefined && point.at <= last.at) return;
  trail.push(point);
  if (trail.length > maxPoints) trail.shift();
}

function builtOf(cell: Cell): LiveProperty {
  cell.built ??= {
    ...cell.known,
    heardAt: cell.heardAt,
    recent: [...cell.trail],
    ...(cell.cause === undefined ? {} : { cause: cell.cause }),
  };
  return cell.built;
}
