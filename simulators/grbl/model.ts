import type { Clock, Timer } from '../../src/clock.ts';
import { Accessories } from './accessories.ts';
import type { GrblOptions } from './options.ts';
import { Parser, type Plan } from './parser.ts';
import { type Block, Planner, type Vector } from './planner.ts';
import { Settings } from './settings.ts';
import { systemLine } from './system.ts';

export type State = 'Idle' | 'Run' | 'Hold' | 'Jog' | 'Alarm' | 'Door' | 'Check' | 'Home' | 'Sleep';

/** What is said unasked. */
export type Push =
  | { readonly kind: 'alarm'; readonly code: number }
  | { readonly kind: 'banner' }
  | { readonly kind: 'message'; readonly text: string };

/** Takes what a line is answered with: data first, `ok` or the number of an error at the end. */
export interface Reply {
  data(line: string): void;
  answer(answer: 'ok' | number): void;
}

/** How long slowing down takes, and how long after a line was read its motion begins. */
const slowDownMs = 15;
const startMs = 5;

/** Writing the EEPROM stops all else, interrupts included: bytes that come meanwhile are lost. */
const eepromMs = 15;
const eepromLine = /G10(?!\d)|^\$\d+=/;

const bannerText = "Grbl 1.1h ['$' for help]";

/**
 * A three-axis machine with a GRBL 1.1 controller, from its documentation. Lines are executed one at a time while
 * `isReading`; motions run on the clock.
 */
export class GrblBehaviour {
  readonly options: GrblOptions;
  readonly settings: Settings;
  readonly parser = new Parser();
  readonly accessories = new Accessories();
  readonly planner: Planner;
  state: State = 'Idle';
  subState: number | undefined;
  /** A critical alarm: nothing is answered until a reset. */
  locked = false;
  /** Lines that were executed, oldest first; bounded. */
  readonly executed: string[] = [];
  readonly banner = bannerText;
  /** RX_BUFFER_SIZE; told in $I. */
  bufferBytes = 128;
  readonly #clock: Clock;
  readonly #listeners = new Set<(push: Push) => void>();
  readonly #ready = new Set<() => void>();
  readonly #timers = new Set<Timer>();
  /** What waits for room in the planner or for its end, or for time; lines are not read meanwhile. */
  #pending: { readonly isDue: () => boolean; readonly run: () => void } | undefined;
  #busy = false;
  #isDeaf = false;
  #started: Timer | undefined;
  #jogEnds = false;
  #doorOpen = false;
  #failHoming: number | undefined;

  constructor(clock: Clock, options: GrblOptions) {
    this.#clock = clock;
    this.options = options;
    this.settings = new Settings(options);
    this.planner = new Planner(
      clock,
      (block) => this.#speed(block),
      () => this.#moved(),
    );
    if (options.homing) this.state = 'Alarm';
  }

  get isReading(): boolean {
    const isSuspended = this.state === 'Hold' || this.state === 'Door' || this.state === 'Sleep';
    return (
      !this.locked && !this.#busy && !this.#isDeaf && !isSuspended && this.#pending === undefined && !this.#jogEnds
    );
  }

  /** Whether a status report is given (GRBL 1.1, interface: not while homing, nor after a critical alarm). */
  get tells(): boolean {
    return !this.locked && !this.#busy;
  }

  /** What comes now is lost. */
  get isDeaf(): boolean {
    return this.#isDeaf;
  }

  /** Right after an alarm it hears nothing, not even a reset. */
  get canReset(): boolean {
    return !this.#busy || this.state === 'Home';
  }

  /** Machine coordinates, in mm. */
  get position(): Vector {
    return this.planner.position;
  }

  get offset(): Vector {
    return this.parser.offset;
  }

  /** Input pins that are triggered. */
  get pins(): string {
    return this.#doorOpen ? 'D' : '';
  }

  onPush(listener: (push: Push) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Called when lines can be read again. */
  onReady(listener: () => void): () => void {
    this.#ready.add(listener);
    return () => this.#ready.delete(listener);
  }

  close(): void {
    for (const timer of this.#timers) timer.cancel();
    this.planner.halt();
    this.#started?.cancel();
  }

  /** Executes one line that has lost its blanks and comments. */
  execute(line: string, reply: Reply): void {
    if (this.executed.push(line) > 10_000) this.executed.shift();
    if (line.length > 79) return reply.answer(11);
    if (line === '') return reply.answer('ok');
    this.#obey(line, eepromLine.test(line) ? this.#writing(reply) : reply);
  }

  #obey(line: string, reply: Reply): void {
    if (line.startsWith('$')) return systemLine(this, line, reply);
    if (this.state === 'Alarm' || this.state === 'Jog') return reply.answer(9);
    const plan = this.parser.read(line, { end: this.planner.end, rapid: this.settings.get(110) });
    if (typeof plan === 'number') return reply.answer(plan);
    if (plan.motion !== undefined && !this.#isWithin(plan.motion.target)) return this.#softLimit();
    if (this.state === 'Check') return reply.answer('ok');
    this.#carryOut(plan, reply);
  }

  /** Runs once the planner has emptied; until then no line is read. */
  afterMotion(run: () => void): void {
    this.#start(0);
    this.#wait(() => this.planner.isEmpty, run);
  }

  jog(line: string): number {
    const block = this.parser.readJog(line, { end: this.planner.end, rapid: this.settings.get(110) });
    if (typeof block === 'number') return block;
    if (!this.#isWithin(block.target)) return 15;
    this.planner.add(block);
    this.state = 'Jog';
    this.planner.run();
    return 0;
  }

  home(reply: Reply): void {
    this.state = 'Home';
    this.#busy = true;
    this.after(this.options.homingMs, () => {
      const failure = this.#failHoming;
      this.#failHoming = undefined;
      if (failure !== undefined) return this.#alarm(failure, () => this.#restart());
      const pullOff = this.settings.get(27);
      this.planner.place([-pullOff, -pullOff, -pullOff]);
      this.#busy = false;
      this.state = 'Idle';
      reply.answer('ok');
      this.#becomeReady();
    });
  }

  sleep(): void {
    this.planner.clear();
    this.accessories.off();
    this.state = 'Sleep';
    this.push({ kind: 'message', text: 'Sleeping' });
  }

  push(push: Push): void {
    for (const listener of this.#listeners) listener(push);
  }

  /** Real-time commands but the status query (GRBL 1.1, commands). False for a byte that is none. */
  realtime(byte: number): boolean {
    switch (byte) {
      case 0x18:
        this.reset();
        return true;
      case 0x21:
        this.#hold();
        return true;
      case 0x7e:
        this.#resume();
        return true;
      case 0x84:
        this.#toDoor();
        return true;
      case 0x85:
        if (this.state === 'Jog') this.#endJog();
        return true;
      default:
        return this.#override(byte);
    }
  }

  /** Ctrl-X: in motion it costs the position, and that is an alarm. */
  reset(): void {
    const slowsDown = (this.state === 'Hold' && this.subState === 1) || (this.state === 'Door' && this.subState === 2);
    const isMoving = this.state === 'Run' || this.state === 'Jog' || slowsDown;
    if (!this.canReset) return;
    if (this.state === 'Home') this.#alarm(6, () => this.#restart());
    else if (isMoving) this.#alarm(3, () => this.#restart());
    else this.#restart();
  }

  /** A limit switch is hit, a probe fails, …: as a test or a person wants it. */
  raiseAlarm(code: number): void {
    if (code !== 1 && code !== 2) return this.#alarm(code, () => {});
    this.#alarm(code, () => {});
    this.locked = true;
    this.push({ kind: 'message', text: 'Reset to continue' });
  }

  /** The next homing cycle ends with this alarm. */
  failHoming(code: number): void {
    this.#failHoming = code;
  }

  /** Power is cut and comes back: position and modes are lost, what is in EEPROM is kept. */
  powerCycle(): void {
    this.planner.place([0, 0, 0]);
    this.state = 'Idle';
    this.#restart();
    if (this.settings.get(22) !== 0) this.#lock();
  }

  openDoor(): void {
    this.#doorOpen = true;
    this.#toDoor();
  }

  closeDoor(): void {
    this.#doorOpen = false;
    if (this.state === 'Door') this.subState = 0;
  }

  after(ms: number, run: () => void): Timer {
    const timer = this.#clock.timer(ms, () => {
      this.#timers.delete(timer);
      run();
    });
    this.#timers.add(timer);
    return timer;
  }

  #carryOut(plan: Plan, reply: Reply): void {
    const { motion, speed } = plan;
    if (speed !== undefined) this.parser.speed = speed;
    const waits = plan.spindle ?? plan.coolant ?? plan.dwellMs ?? plan.pause ?? plan.apply;
    if (waits !== undefined) return this.afterMotion(() => this.#settle(plan, reply));
    this.accessories.speed = this.parser.speed;
    if (motion === undefined) return reply.answer('ok');
    this.#wait(
      () => this.planner.free > 0,
      () => {
        this.planner.add(motion);
        reply.answer('ok');
        this.#start(startMs);
      },
    );
  }

  /** The planner is empty: what had to wait for that. */
  #settle(plan: Plan, reply: Reply): void {
    const { spindle, coolant, dwellMs, pause, motion } = plan;
    if (spindle !== undefined) this.parser.spindle = spindle;
    this.accessories.spindle = this.parser.spindle;
    this.accessories.speed = this.parser.speed;
    if (coolant !== undefined) this.accessories.coolant(coolant);
    plan.apply?.();
    if (motion !== undefined) this.planner.add(motion);
    this.#start(startMs);
    if (pause === 'end') this.#endProgram();
    if (pause === 'hold') {
      this.state = 'Hold';
      this.subState = 0;
      return this.#wait(
        () => this.state !== 'Hold',
        () => reply.answer('ok'),
      );
    }
    if (dwellMs === undefined || dwellMs === 0) return reply.answer('ok');
    let isOver = false;
    this.#wait(
      () => isOver,
      () => reply.answer('ok'),
    );
    this.after(dwellMs, () => {
      isOver = true;
      this.#look();
    });
  }

  /** Answers once the EEPROM is written. */
  #writing(reply: Reply): Reply {
    const answer = (code: 'ok' | number): void => {
      if (code !== 'ok') return reply.answer(code);
      this.#isDeaf = true;
      this.after(eepromMs, () => {
        this.#isDeaf = false;
        reply.answer('ok');
        this.#becomeReady();
      });
    };
    return { data: (text) => reply.data(text), answer };
  }

  #endProgram(): void {
    this.parser.reset(false);
    this.accessories.off();
    this.push({ kind: 'message', text: 'Pgm End' });
  }

  #wait(isDue: () => boolean, run: () => void): void {
    if (isDue()) return run();
    this.#pending = { isDue, run };
  }

  #look(): void {
    const pending = this.#pending;
    if (pending === undefined || !pending.isDue()) return;
    this.#pending = undefined;
    pending.run();
    this.#becomeReady();
  }

  #becomeReady(): void {
    for (const listener of this.#ready) listener();
  }

  #start(ms: number): void {
    if (this.planner.isEmpty || this.state !== 'Idle') return;
    this.#started?.cancel();
    this.#started = this.#clock.timer(ms, () => {
      if (this.state !== 'Idle' || this.planner.isEmpty) return;
      this.state = 'Run';
      this.planner.run();
    });
  }

  #moved(): void {
    if (this.planner.isEmpty && (this.state === 'Run' || (this.state === 'Jog' && !this.#jogEnds))) this.state = 'Idle';
    this.#look();
  }

  #hold(): void {
    if (this.state === 'Jog') return this.#endJog();
    if (this.state === 'Idle') this.#suspend('Hold', 0);
    else if (this.state === 'Run') {
      this.planner.halt();
      this.#suspend('Hold', 1);
      this.after(slowDownMs, () => {
        if (this.state === 'Hold' && this.subState === 1) this.subState = 0;
      });
    }
  }

  #suspend(state: 'Hold' | 'Door', subState: number): void {
    this.#started?.cancel();
    this.state = state;
    this.subState = subState;
  }

  /** Ignored while it slows down, and while the door is open. */
  #resume(): void {
    if (this.subState !== 0 || (this.state !== 'Hold' && this.state !== 'Door')) return;
    this.subState = undefined;
    this.accessories.spindle = this.parser.spindle;
    this.state = this.planner.isEmpty ? 'Idle' : 'Run';
    this.planner.run();
    this.#look();
    this.#becomeReady();
  }

  #toDoor(): void {
    if (this.locked || this.state === 'Alarm' || this.state === 'Check' || this.state === 'Sleep') return;
    if (this.state === 'Home') return this.#alarm(7, () => this.#restart());
    this.push({ kind: 'message', text: 'Check Door' });
    if (this.state === 'Jog') this.planner.clear();
    this.planner.halt();
    this.#suspend('Door', 2);
    this.after(slowDownMs, () => {
      this.accessories.off();
      if (this.state === 'Door') this.subState = this.#doorOpen ? 1 : 0;
    });
  }

  #endJog(): void {
    if (this.#jogEnds) return;
    this.planner.halt();
    this.#jogEnds = true;
    this.after(slowDownMs, () => {
      if (!this.#jogEnds) return;
      this.#jogEnds = false;
      this.planner.clear();
      if (this.state === 'Jog') this.state = 'Idle';
      this.#becomeReady();
    });
  }

  #override(byte: number): boolean {
    let isOne = false;
    this.planner.change(() => (isOne = this.accessories.override(byte)));
    return isOne;
  }

  #isWithin(target: Vector): boolean {
    if (this.settings.get(20) === 0) return true;
    // Machine space is negative: 0 is where the limit switches are.
    return target.every((value, axis) => value <= 1e-6 && value >= -this.settings.get(130 + axis) - 1e-6);
  }

  #softLimit(): void {
    this.raiseAlarm(2);
  }

  /** Everything stops; what follows comes after the pause in which the firmware lets the message out. */
  #alarm(code: number, then: () => void): void {
    this.#forgetTimers();
    this.planner.clear();
    this.#pending = undefined;
    this.state = 'Alarm';
    this.subState = undefined;
    this.push({ kind: 'alarm', code });
    this.#busy = true;
    this.after(this.options.pauseMs, () => {
      this.#busy = false;
      then();
      this.#becomeReady();
    });
  }

  #forgetTimers(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    this.#started?.cancel();
    this.#jogEnds = false;
    this.#busy = false;
    this.#isDeaf = false;
  }

  /** An alarm, and sleep, which lets go of the motors, stay in force over a reset. */
  #restart(): void {
    const wasLocked = this.state === 'Alarm' || this.state === 'Sleep';
    this.#forgetTimers();
    this.planner.clear();
    this.#pending = undefined;
    this.locked = false;
    this.subState = undefined;
    this.parser.reset();
    this.accessories.reset();
    this.state = 'Idle';
    this.push({ kind: 'banner' });
    if (wasLocked) this.#lock();
    if (this.#doorOpen) this.#toDoor();
    this.#becomeReady();
  }

  #lock(): void {
    this.state = 'Alarm';
    this.push({ kind: 'message', text: "'$H'|'$X' to unlock" });
  }

  #speed({ rate, kind }: Block): number {
    const { feed, rapid } = this.accessories;
    const percent = kind === 'jog' ? 100 : kind === 'rapid' ? rapid : feed;
    return Math.min(this.settings.get(110), rate) * (percent / 100);
  }
}
