import { BellcrankError, type ByteWire, type Call, type Clock, type TypedContext } from '../../src/driver/index.ts';
import { alarmText, losesPosition } from './codec/codes.ts';
import type { Report, StateName } from './codec/report.ts';
import { failed, lockedUntilReset, noStatus, notNow, notReading, outOfStep } from './failures.ts';
import { askSettings, assertNoOther, assertVersion, identify, usualRoom } from './identity.ts';
import { Link, type LinkCall } from './link.ts';
import type { model } from './model.ts';
import { Picture, type Values } from './picture.ts';
import { alive, sync } from './step.ts';
import { Task, type TaskSettings } from './task.ts';

export interface MachineSettings extends TaskSettings {
  readonly bootMs: number;
  readonly toleranceMm: number;
}

/** What others have to know of a jog. */
export interface Jog {
  /** Somebody wants it to end: it must not begin. */
  isCancelled: boolean;
  /** Its line is on the way: a cancel that overtakes it is ignored by the controller. */
  isUnanswered: boolean;
}

/** Reports to ask for until the one with the offsets comes: every tenth at rest, every thirtieth in motion. */
const offsetPeriod = 35;

/** Lines are executed in these states; in the others the controller keeps them until it is told to go on. */
const reading: readonly StateName[] = ['Idle', 'Run', 'Jog', 'Alarm', 'Check'];

/** What stands still answers at once. */
const resting: readonly StateName[] = ['Idle', 'Alarm', 'Check'];

/** One controller: the line to it, what is known of it, and how a command gets ready. */
export class Machine {
  readonly link: Link;
  readonly picture = new Picture();
  readonly settings: MachineSettings;
  readonly #context: TypedContext<typeof model>;
  readonly #reported = new Map<string, string>();
  /** Bytes that may be on their way without an answer. */
  room = usualRoom;
  /** Jogs under way, also before their line has left: a feed hold ends them, too. */
  readonly jogs = new Set<Jog>();
  /** It has said what it is since it started. */
  #isKnown = false;
  /** Tasks under way: polls wait meanwhile, so what they would ask for is reported. */
  #tasks = 0;

  constructor(
    connection: ConstructorParameters<typeof Link>[0],
    settings: MachineSettings,
    context: TypedContext<typeof model>,
  ) {
    this.settings = settings;
    this.#context = context;
    this.link = new Link(connection, settings.clock, {
      report: (report) => this.#take(report),
      alarm: (code) => this.#alarmed(code),
      reset: (banner) => this.#restarted(banner),
      message: (text) => context.emit('message', { text: text.slice(0, 100) }),
      homed: () => this.#tell('position-known', true),
      unmatched: (what) => context.unmatched(what),
    });
  }

  get clock(): Clock {
    return this.settings.clock;
  }

  /** Learns who answers and how it stands. Nothing is moved, changed or reset. */
  async begin(call: LinkCall): Promise<void> {
    this.#tell('position-known', false);
    const { state } = await alive(this.link, call, this.settings.bootMs, this.clock).catch((error: unknown) => {
      if (error instanceof BellcrankError && error.code === 'device-timeout') assertNoOther(this.link);
      throw error;
    });
    const { banner } = this.link;
    if (banner !== undefined) assertVersion(banner);
    if (await this.#settle(call, state)) await this.#learn(call, state);
    else this.#context.log.info({ state }, 'the controller is busy: its version and settings are read later');
    await this.#findOffset(call);
  }

  /** Back in step after a timeout or a reset. A machine that moves is left alone: then lines have to wait. */
  async resync(call: LinkCall): Promise<void> {
    // Until the marker is answered, an answer may be anybody's.
    this.link.inStep = false;
    if (this.link.locked || this.link.homing) return;
    const { state } = await alive(this.link, call, this.settings.stallMs, this.clock);
    if (!(await this.#settle(call, state))) return;
    if (this.picture.inches === undefined || !this.#isKnown) await this.#learn(call, state);
    // The answer that was lost may have been that to a change of units.
    else await this.readSettings(call);
    await this.#findOffset(call);
  }

  async #learn(call: LinkCall, state: StateName): Promise<void> {
    // $I is refused in check mode (error:8); that the report is one of GRBL 1.1 has to do until it is left, by a reset.
    if (state !== 'Check') {
      this.room = await identify(this.link, call, this.settings.stallMs);
      this.#isKnown = true;
    }
    await this.readSettings(call);
  }

  /** Brings the line into step if the machine is at rest; false if it is not, or has begun to move meanwhile. */
  async #settle(call: LinkCall, state: StateName): Promise<boolean> {
    if (!resting.includes(state)) return false;
    if (await sync(this.link, call, this.settings.stallMs)) return true;
    const now = await this.link.ask(call, this.settings.stallMs);
    if (now === undefined || resting.includes(now.state)) throw outOfStep();
    return false;
  }

  /** Before a line is sent: the controller is there, executes lines, and its answers can be told apart. */
  async ready(call: LinkCall, task: Task, allowed: readonly StateName[] = reading): Promise<void> {
    if (this.link.locked) throw lockedUntilReset(this.link.lastAlarm);
    const report = await this.link.ask(call, this.settings.stallMs);
    task.check();
    if (this.link.locked) throw lockedUntilReset(this.link.lastAlarm);
    if (report === undefined) throw this.link.homing ? notNow('Home', 'it is homing') : noStatus(this.settings.stallMs);
    const { state } = report;
    if (!allowed.includes(state)) throw notReading(state);
    if (!this.link.inStep) {
      if (!resting.includes(state)) throw notNow(state, 'it still executes lines of which the answers were lost');
      const isInStep = await sync(this.link, call, this.settings.stallMs);
      task.check();
      if (!isInStep) throw outOfStep();
    }
    if (this.picture.inches === undefined && resting.includes(state)) await this.#learn(call, state);
    await this.#findOffset(call);
    task.check();
  }

  /** Jogs that have not left will not; those that are on their way are cancelled as soon as they have begun. */
  cancelJogs(): readonly Jog[] {
    const jogs = [...this.jogs];
    for (const jog of jogs) jog.isCancelled = true;
    this.link.hearing.poke();
    return jogs;
  }

  /** Runs a command's handler as a task, with the reports shown to those who watch. */
  async run<T>(call: Call<ByteWire, never>, kind: 'motion' | 'line', work: (task: Task) => Promise<T>): Promise<T> {
    const { cancelled } = call;
    const wake = (): void => this.link.hearing.poke();
    cancelled.addEventListener('abort', wake, { once: true });
    this.#tasks++;
    try {
      return await work(new Task(this.link, call, this.settings, kind));
    } finally {
      this.#tasks--;
      cancelled.removeEventListener('abort', wake);
    }
  }

  /** All settings, by number. */
  async readSettings(call: LinkCall): Promise<ReadonlyMap<number, number>> {
    const settings = await askSettings(this.link, call, this.settings.stallMs);
    this.picture.inches = settings.get(13) !== 0;
    return settings;
  }

  /** Values of polled properties, in one question. Those that cannot be told now are left out. */
  async read(call: LinkCall): Promise<Values> {
    if (this.link.locked) return { state: 'Alarm', 'sub-state': null };
    const report = await this.link.ask(call, this.settings.stallMs);
    if (this.link.locked) return { state: 'Alarm', 'sub-state': null };
    if (report !== undefined) return this.picture.values();
    if (this.link.homing) return {};
    throw noStatus(this.settings.stallMs);
  }

  async readOne<K extends keyof Values>(
    call: LinkCall,
    name: K,
  ): Promise<NonNullable<Values[K]> | Extract<Values[K], null>> {
    const value = (await this.read(call))[name];
    if (value === undefined) throw failed(`the controller does not tell ${name} now`);
    return value;
  }

  /** A setting was written: what is told may be in other units from now on. */
  changed(setting: number, value: number): void {
    if (setting === 13) this.picture.inches = value !== 0;
  }

  /** The position is in doubt from now on. */
  losePosition(): void {
    this.#tell('position-known', false);
  }

  async #findOffset(call: LinkCall): Promise<void> {
    for (let asked = 0; this.picture.offset === undefined && asked < offsetPeriod; asked++) {
      if (this.picture.inches === undefined) return;
      if ((await this.link.ask(call, 300)) === undefined) return;
    }
  }

  #take(report: Report): void {
    this.picture.take(report);
    for (const [name, value] of Object.entries(this.picture.told())) this.#tell(name, value);
    if (this.#tasks === 0) return;
    // Names and values are the model's own; the runtime validates what it is told.
    for (const [name, value] of Object.entries(this.picture.values()))
      this.#context.report(name as 'state', value as 'Idle');
  }

  #alarmed(code: number): void {
    const alarm = { code, text: alarmText(code) };
    this.#context.emit('alarm', alarm);
    this.#tell('last-alarm', alarm);
    if (losesPosition(code)) this.losePosition();
  }

  /** The runtime holds commands back until the controller is in step again. */
  #restarted(banner: string): void {
    this.picture.forget();
    this.#isKnown = false;
    this.losePosition();
    this.#context.emit('reset', { banner: banner.slice(0, 100) });
    this.#context.availability(true, 'the controller was reset');
  }

  /** Reports a property that is told now and then, when it changes. */
  #tell(name: string, value: unknown): void {
    const text = JSON.stringify(value);
    if (this.#reported.get(name) === text) return;
    this.#reported.set(name, text);
    this.#context.report(name as 'state', value as 'Idle');
  }
}
