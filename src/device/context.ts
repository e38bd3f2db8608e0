import type { Context, Log, Shared } from '../driver/contract.ts';
import type { Clock } from '../clock.ts';
import type { RandomBytes } from '../random-bytes.ts';
import { asError, messageOf } from '../errors.ts';
import type { Cause } from '../transport/connection.ts';
import { type Blamed, type CalledBack, DriverClock } from './blamed.ts';
import { Early } from './early.ts';
import type { End } from './end.ts';

/** What a session works with, and who hears what it tells; nobody after its end. */
export type SessionListener = Pick<
  Context,
  'log' | 'clock' | 'randomBytes' | 'report' | 'lost' | 'emit' | 'remodel' | 'unmatched' | 'intern'
>;

/** Who hears what it tells of the device's being there. */
export type SessionDevice = Pick<Context, 'availability' | 'identify' | 'identified'>;

export interface ContextParts {
  readonly listener: SessionListener;
  readonly device: SessionDevice;
  readonly deviceId: string;
  readonly shared: Shared;
  readonly ending: End;
  readonly clock: Clock;
}

/**
 * What one session is handed. Its functions are made when they are asked for, so that a driver may take them apart, and
 * ten thousand sessions do not keep nine each.
 */
export class SessionContext implements Context, Blamed {
  // Not behind `#`: whoever wraps a driver may hand on an object that inherits from this one.
  private readonly listener: SessionListener;
  private readonly device: SessionDevice;
  private readonly deviceId: string;
  readonly ending: End;
  /** Until its model is known. */
  private early: Early | undefined = new Early();
  /** That its driver fails is told once: what comes in may do so a thousand times a second. */
  private hasFailed = false;
  readonly shared: Shared;
  readonly clock: Clock;

  constructor({ listener, device, deviceId, shared, ending, clock }: ContextParts) {
    this.listener = listener;
    this.device = device;
    this.deviceId = deviceId;
    this.shared = shared;
    this.ending = ending;
    this.clock = new DriverClock(clock, this);
  }

  get log(): Log {
    return this.listener.log;
  }
  get randomBytes(): RandomBytes {
    return this.listener.randomBytes;
  }
  get signal(): AbortSignal {
    return this.ending.signal;
  }
  get onEnd(): Context['onEnd'] {
    return (then) => this.ending.follow(then);
  }
  get report(): Context['report'] {
    return (property, value) => this.tell((listener) => listener.report(property, value));
  }
  get lost(): Context['lost'] {
    return (property, why) => this.tell((listener) => listener.lost(property, why));
  }
  get emit(): Context['emit'] {
    return (event, data) => this.tell((listener) => listener.emit(event, data));
  }
  get remodel(): Context['remodel'] {
    return (model) => void (this.lasts && this.listener.remodel(model));
  }
  get unmatched(): Context['unmatched'] {
    return (what, damaged) => void (this.lasts && this.listener.unmatched(what, damaged));
  }
  get availability(): Context['availability'] {
    return (available, detail) => void (this.lasts && this.device.availability(available, detail));
  }
  get identify(): Context['identify'] {
    return (identity) => void (this.lasts && this.device.identify(identity));
  }
  get identified(): string | undefined {
    return this.device.identified;
  }
  get intern(): Context['intern'] {
    return (model) => this.listener.intern(model);
  }

  get cause(): Cause {
    return { device: this.deviceId };
  }

  /** A driver's own code threw when it was called back. */
  failed(error: unknown, at: CalledBack): void {
    if (at === 'what came in') this.unmatched(`the driver failed at it: ${messageOf(error)}`);
    if (this.hasFailed) return;
    this.hasFailed = true;
    this.log.error({ err: asError(error) }, `the driver failed at ${at}; the device and others go on`);
  }

  /** Its model is known: what it told while it attached is told now, and what it tells from here on at once. */
  begin(): void {
    const { early } = this;
    this.early = undefined;
    early?.release();
  }

  private get lasts(): boolean {
    return !this.ending.isOver;
  }

  private tell(what: (listener: SessionListener) => void): void {
    const tell = (): void => void (this.lasts && what(this.listener));
    if (this.early === undefined) tell();
    else this.early.run(tell);
  }
}
