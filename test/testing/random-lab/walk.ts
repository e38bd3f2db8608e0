import { BellcrankError } from '../../../src/errors.ts';
import { createLab, type Lab, type LabDevice } from '../../../src/testing/index.ts';
import { Dice } from './dice.ts';
import { plan } from './plan.ts';
import { randomFault } from './random-fault.ts';
import { partOf, repaired, type Spec, type Taken, takenBy } from './taken.ts';
import { valueOf } from './values.ts';
import { Watch } from './watch.ts';

/** How likely each step is. */
const weights = {
  command: 26,
  write: 14,
  read: 6,
  dryRun: 1,
  stop: 1,
  release: 6,
  cancel: 3,
  lease: 2,
  unlease: 2,
  faults: 3,
  calm: 9,
  state: 5,
  press: 2,
  plug: 3,
  time: 2,
  wait: 30,
} as const;
type Step = keyof typeof weights;

/** What a walk left behind, to be compared with another one's. */
export interface Walked {
  readonly wire: readonly string[];
  readonly ends: readonly string[];
  /** Each step, and what it was answered with. */
  readonly steps: readonly string[];
  readonly states: readonly string[];
  readonly broken: readonly string[];
  readonly outcomes: Readonly<Record<string, number>>;
  readonly compared: number;
  readonly virtualMs: number;
}

/** Another device than before is not taken for the same one: only an operator may say that it is. */
const identities: readonly string[] = ['serial-number', 'firmware'];
/** Steps that a failing walk shows. */
export const shownSteps = 15;
const statesEvery = 100;
/** Back-off and boots included, every device is back within this time. */
const recoveryMs = 180_000;
const longestLeaseMs = 6000;
/** Every motion that was begun is over by then, or its time is. */
const restMs = 60_000;
const mostTimers = 100;

/** Someone who does anything to a lab, in any order, as a seed says. */
export class Walk {
  readonly #lab: Lab;
  readonly #dice: Dice;
  readonly #all: readonly Taken[];
  readonly #watch: Watch;
  readonly #steps: string[] = [];
  readonly #states: string[] = [];
  readonly #tokens = new Map<string, string>();

  private constructor(lab: Lab, dice: Dice, all: readonly Taken[]) {
    this.#lab = lab;
    this.#dice = dice;
    this.#all = all;
    const isRead = (device: string, command: string): boolean =>
      all.find((its) => its.device.id === device)?.commands[command]?.effect === 'read';
    this.#watch = new Watch(
      lab,
      all.map(({ device }) => device),
      isRead,
    );
  }

  /** Takes so many steps, then lets everything recover and ends. */
  static async run(seed: number, count: number): Promise<Walked> {
    const lab = await createLab({ ...plan, seed });
    const all: Taken[] = [];
    for (const id of Object.keys(plan.devices)) all.push(await takenBy(lab, id));
    const walk = new Walk(lab, new Dice(seed), all);
    try {
      for (let step = 0; step < count && walk.#watch.broken.length === 0; step++) await walk.#step(step);
      await walk.#recover();
    } catch (error) {
      walk.#watch.broken.push(`the walk itself failed: ${error instanceof Error ? error.stack : String(error)}`);
    }
    await lab.close();
    await lab.clock.advance(60_000);
    const { pendingTimers } = lab.clock;
    if (pendingTimers > 0) walk.#watch.broken.push(`${pendingTimers} timers are pending after everything was closed`);
    return walk.#walked();
  }

  async #step(number: number): Promise<void> {
    const step = this.#dice.weighted(weights);
    const said = await this.#take[step](this.#dice.pick(this.#all)).catch((error: unknown) => {
      if (error instanceof BellcrankError) return `✗ ${error.code}`;
      throw error;
    });
    this.#steps.push(`${number} at ${this.#lab.clock.monotonic()} ms: ${step} ${said}`);
    this.#watch.look();
    if (number % statesEvery === 0) this.#note();
  }

  readonly #take: Readonly<Record<Step, (taken: Taken) => Promise<string>>> = {
    command: (taken) => this.#start(taken, taken.commands),
    write: (taken) => this.#start(taken, taken.writes),
    read: (taken) => this.#read(taken),
    dryRun: (taken) => this.#dryRun(taken),
    stop: ({ device }) => this.#stop(device),
    release: ({ device }) => this.#release(device),
    cancel: () => this.#cancel(),
    lease: ({ device }) => this.#lease(device),
    unlease: ({ device }) => this.#unlease(device),
    faults: (taken) => this.#faults(taken),
    calm: (taken) => this.#calm(taken),
    state: (taken) => this.#state(taken),
    press: (taken) => this.#press(taken),
    plug: (taken) => this.#plug(taken),
    time: (taken) => this.#time(taken),
    wait: () => this.#wait(),
  };

  async #start({ device }: Taken, specs: Readonly<Record<string, Spec>>): Promise<string> {
    const names = Object.keys(specs);
    if (names.length === 0) return `${device.id} takes none`;
    const name = this.#dice.pick(names);
    const spec = specs[name];
    if (spec === undefined) throw new Error(`there is no ${name}`);
    const params = valueOf(spec.params, this.#dice);
    const token = this.#dice.chance(0.8) ? this.#tokens.get(device.id) : undefined;
    const what = `${device.id} ${name} ${JSON.stringify(params)}`;
    const startedAt = this.#lab.clock.monotonic();
    const options = token === undefined ? {} : { leaseToken: token };
    const submitted = await device.start(name, params, options).catch((error: unknown) => {
      if (error instanceof BellcrankError) return error;
      throw error;
    });
    if (submitted instanceof BellcrankError) return `${what} ✗ ${submitted.code}`;
    const { record, ended } = submitted;
    const its = { device, record, startedAt, timeoutMs: spec.timeoutMs, isLong: spec.long === true, touches: 0 };
    this.#watch.began(its, ended);
    return `${what} (${record.id})`;
  }

  async #read({ device, reads }: Taken): Promise<string> {
    if (reads.length === 0) return `${device.id} has nothing to read`;
    const name = this.#dice.pick(reads);
    const value = await device.read(name).catch((error: unknown) => {
      if (error instanceof BellcrankError) return `✗ ${error.code}`;
      throw error;
    });
    return `${device.id} ${name} = ${JSON.stringify(value)}`;
  }

  async #dryRun({ device, commands }: Taken): Promise<string> {
    const names = Object.keys(commands);
    if (names.length === 0) return `${device.id} takes none`;
    const name = this.#dice.pick(names);
    const params = valueOf(commands[name]?.params ?? {}, this.#dice);
    const url = `/v1/devices/${device.id}/commands/${name}?dryRun=true`;
    return `${device.id} ${name} ${await this.#http('POST', url, Object(params))}`;
  }

  async #stop(device: LabDevice): Promise<string> {
    const stopping = device.stop();
    this.#watch.touched(device.id);
    this.#watch.latched.add(device.id);
    const { record } = await stopping;
    this.#watch.touched(device.id);
    return `${device.id} ${record.outcome}`;
  }

  async #release(device: LabDevice): Promise<string> {
    this.#watch.latched.delete(device.id);
    await device.release();
    return device.id;
  }

  async #cancel(): Promise<string> {
    const ids = Array.from(this.#watch.underWay.keys());
    if (ids.length === 0) return 'nothing is under way';
    const id = this.#dice.pick(ids);
    return `${id} ${await this.#http('DELETE', `/v1/commands/${id}`)}`;
  }

  async #lease(device: LabDevice): Promise<string> {
    const payload = {
      ttlMs: 100 + this.#dice.below(5000),
      onExpiry: this.#dice.chance(0.2) ? 'stop' : 'release',
    };
    const steal = this.#dice.chance(0.3) ? '?steal=true' : '';
    const token = this.#tokens.get(device.id);
    const headers = token === undefined || this.#dice.chance(0.5) ? {} : { 'lease-token': token };
    const answer = await this.#lab.http.inject({
      method: 'PUT',
      url: `/v1/devices/${device.id}/lease${steal}`,
      payload,
      headers,
    });
    const granted = answer.json<{ token?: string }>();
    if (granted.token !== undefined) this.#tokens.set(device.id, granted.token);
    return `${device.id} ${steal} ${JSON.stringify(payload)} ${answer.statusCode} ${granted.token}`;
  }

  async #unlease(device: LabDevice): Promise<string> {
    const token = this.#tokens.get(device.id);
    this.#tokens.delete(device.id);
    const headers = token === undefined ? {} : { 'lease-token': token };
    return `${device.id} ${await this.#http('DELETE', `/v1/devices/${device.id}/lease`, undefined, headers)}`;
  }

  async #http(method: 'POST' | 'DELETE', url: string, payload?: object, headers = {}): Promise<string> {
    const answer = await this.#lab.http.inject({ method, url, headers, ...(payload !== undefined && { payload }) });
    const problem = answer.payload === '' ? {} : Object(answer.json<unknown>());
    return `${answer.statusCode} ${problem.code ?? ''}`;
  }

  async #faults({ device, others }: Taken): Promise<string> {
    const faults = Array.from({ length: 1 + this.#dice.below(2) }, () => randomFault(device.simulator, this.#dice));
    this.#watch.faulty(
      others,
      faults.map(({ kind }) => kind),
    );
    const what = `${device.id} ${JSON.stringify(faults)}`;
    await device.faults.set(faults, this.#dice.below(1e6)).catch((error: unknown) => {
      if (!(error instanceof BellcrankError) || error.code !== 'invalid-request') throw error;
    });
    return what;
  }

  async #calm({ device, others }: Taken): Promise<string> {
    await device.faults.clear();
    this.#watch.faulty(others, []);
    return device.id;
  }

  async #state({ device, others }: Taken): Promise<string> {
    const settable = Object.entries(device.simulator.state(partOf(device))).filter(([name, its]) => {
      return its.settable && !identities.includes(name);
    });
    const [name, { schema }] = this.#dice.pick(settable);
    const value = valueOf(schema, this.#dice);
    for (const other of others) this.#watch.touched(other);
    device.setState({ [name]: value });
    return `${device.id} ${name} = ${JSON.stringify(value)}`;
  }

  async #press({ device, others }: Taken): Promise<string> {
    const button = this.#dice.pick(device.simulator.buttons);
    for (const other of others) this.#watch.touched(other);
    await device.press(button);
    return `${device.id} ${button}`;
  }

  /** Unplugged by hand, it would stay so for most of the walk. */
  async #plug({ device }: Taken): Promise<string> {
    await device.press('plug');
    repaired(device);
    return device.id;
  }

  async #time({ device }: Taken): Promise<string> {
    const speed = this.#dice.pick([0.1, 0.5, 1, 1, 3, 10]);
    const time = device.simulator.setTime({ speed, paused: this.#dice.chance(0.25) });
    return `${device.id} ${JSON.stringify(time)}`;
  }

  async #wait(): Promise<string> {
    const ms = this.#dice.weighted({ nothing: 5, short: 60, some: 30, long: 5 });
    const most = { nothing: 1, short: 20, some: 200, long: 3000 }[ms];
    const by = this.#dice.below(most);
    await this.#lab.clock.advance(by);
    return `${by} ms`;
  }

  /** Everything that was done to the lab is undone: now every device must come back, and every command have ended. */
  async #recover(): Promise<void> {
    for (const taken of this.#all) {
      await this.#calm(taken);
      taken.device.simulator.setTime({ speed: 1, paused: false });
      await this.#plug(taken);
      await this.#unlease(taken.device);
    }
    // Leases that stop their device when they run out have done so by now.
    await this.#lab.clock.advance(longestLeaseMs);
    for (const { device } of this.#all) await this.#release(device);
    for (const { device } of this.#all) await this.#isBack(device);
    await this.#lab.clock.advance(restMs);
    this.#isBounded();
    this.#watch.look();
    this.#note();
  }

  /** Polls, watchdogs and probes: what goes on by itself is bounded, however long it has been going on. */
  #isBounded(): void {
    const { pendingTimers } = this.#lab.clock;
    if (pendingTimers > mostTimers) this.#watch.broken.push(`${pendingTimers} timers are pending in a lab at rest`);
    // A mill may well be under way for hours.
    const open = Array.from(this.#watch.underWay.values()).filter(({ isLong }) => !isLong);
    if (open.length > 0) this.#watch.broken.push(`${open.length} commands have not ended in a lab at rest`);
  }

  async #isBack(device: LabDevice): Promise<void> {
    if (this.#watch.broken.length > 0) return;
    await device.until('ready', recoveryMs).catch((error: unknown) => this.#watch.broken.push(String(error)));
  }

  #note(): void {
    const { clock } = this.#lab;
    const of = ({ device }: Taken): unknown => [device.id, device.status, device.state, device.faults.report()];
    this.#states.push(JSON.stringify([clock.monotonic(), this.#all.map(of)]));
  }

  #walked(): Walked {
    const { wire, ends, broken, outcomes, compared } = this.#watch;
    const its = { wire, ends, broken, compared, steps: this.#steps, states: this.#states };
    return { ...its, outcomes: Object.fromEntries(outcomes), virtualMs: this.#lab.clock.monotonic() };
  }
}
