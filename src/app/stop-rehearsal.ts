import { Type } from '@sinclair/typebox';
import { trusted } from '../access/caller.ts';
import type { Clock } from '../clock.ts';
import { Pipeline, type Submitted } from '../command/pipeline.ts';
import { Stops } from '../command/stops.ts';
import { defaultLimits } from '../device/limits.ts';
import { Registry } from '../device/registry.ts';
import type { ParentLog } from '../device/settings.ts';
import { defineDriver, defineModel, LineExchange, type Log } from '../driver/index.ts';
import { BellcrankError, messageOf, type Outcome } from '../errors.ts';
import { stopAll } from '../http/stops.ts';
import type { AppParts } from './parts.ts';
import { MemoryStore } from '../store/memory.ts';
import { memoryBytes } from '../transport/memory.ts';

const id = 'rehearsal';
const caller = trusted('bellcrank');
const nothing = Type.Object({}, { additionalProperties: false });
/** One is under way when the stop comes, and the others wait. */
const commandsEach = 4;

const model = defineModel({
  name: id,
  summary: 'What a stop is rehearsed on',
  commands: {
    go: { summary: 'Go', effect: 'actuate', confirmation: 'sent', timeoutMs: 1000, params: nothing, result: nothing },
  },
  properties: {},
  events: {},
  stop: { summary: 'Stop', confirmation: 'acknowledged', timeoutMs: 1000 },
});

const driver = defineDriver({
  model,
  transports: ['tcp'],
  options: nothing,
  attach(connection, _options, context) {
    const line = new LineExchange(connection, {
      clock: context.clock,
      outTerminator: '\n',
      inTerminator: '\n',
      replyTimeoutMs: 1000,
      unmatched: (what) => context.unmatched(what),
    });
    return Promise.resolve({
      commands: { go: (_params, call) => line.query(call, 'GO', { decode: () => ({}) }) },
      async stop(call) {
        await line.send(call, 'STOP');
        await line.probe(call, 'STOPPED?', { decode: () => {}, isReply: (reply) => reply === 'YES', maxSkipped: 1 });
        call.confirm('acknowledged');
      },
      resync: () => Promise.resolve(),
    });
  },
});

const silent: ParentLog = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

/** As often as it takes until it is compiled; more of them made the first stop no faster. */
const times = 8;

interface RehearsalParts extends Pick<AppParts, 'rehearses' | 'clock'> {
  readonly log: Log;
}

/** A thousand times what a part takes: pages wait to be rehearsed after it. */
const longestMs = 2000;

/**
 * One stop each, after the first and before the last, which clears up. A stop that could not be rehearsed in time will do
 * without, and so will those after it.
 */
export function stopRehearsals(
  { rehearses, clock, log }: RehearsalParts,
  make: () => Pick<StopRehearsal, 'begin' | 'once' | 'close'> = () => new StopRehearsal(clock),
): readonly (() => Promise<void>)[] {
  if (rehearses !== true) return [];
  let made: ReturnType<typeof make> | undefined;
  let isOver = false;
  const rehearsal = (): ReturnType<typeof make> => (made ??= make());
  const part = async (run: () => Promise<unknown>): Promise<void> => {
    if (isOver) return;
    try {
      await inTime(clock, run());
    } catch (error) {
      isOver = true;
      log.warn({ error: messageOf(error) }, 'a stop could not be rehearsed');
      // It leads to nothing else, so whatever of it hangs is left behind with it.
      void made?.close().catch(() => {});
    }
  };
  const stops = Array.from({ length: times }, () => () => part(() => rehearsal().once()));
  return [() => part(() => rehearsal().begin()), ...stops, () => part(() => rehearsal().close())];
}

async function inTime(clock: Clock, promise: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = clock.timer(longestMs, () => late.reject(new Error(`it was not over after ${longestMs} ms`)));
  try {
    await Promise.race([promise, late.promise]);
  } finally {
    timer.cancel();
  }
}

/**
 * Stops that are for nobody, so that the first one that is for somebody does not run through code that never ran before.
 * The device, its line, what decides about it and what is put on record are all its own, in memory: nothing leads from there
 * to anything else.
 */
export class StopRehearsal {
  readonly #registry: Registry;
  readonly #pipeline: Pipeline;
  readonly #stops: Stops;
  #ready = Promise.withResolvers<void>();
  #underWay = Promise.withResolvers<void>();

  constructor(clock: Clock) {
    const parts = { clock, log: silent };
    const registry = new Registry({
      ...parts,
      drivers: [driver],
      random: () => 0,
      limits: defaultLimits,
      maxDevices: 1,
      observe: ({ kind, name }) => {
        if (kind === 'state' && name === 'ready') this.#ready.resolve();
      },
    });
    this.#registry = registry;
    this.#pipeline = new Pipeline({ ...parts, registry, store: new MemoryStore(commandsEach), observe: () => {} });
    const { journal, ids } = this.#pipeline;
    this.#stops = new Stops({ ...parts, registry, journal, ids });
  }

  async begin(): Promise<void> {
    const { near, far } = memoryBytes(id);
    far.onData((bytes) => {
      const said = Buffer.from(bytes).toString('latin1');
      if (said === 'GO\n') this.#underWay.resolve();
      if (said === 'STOPPED?\n') void far.write(Buffer.from('YES\n'));
    });
    const open = () => Promise.resolve(near);
    const line = { transport: 'memory', shape: 'bytes', label: id, simulated: true, isNew: true, open } as const;
    this.#registry.addConnection(id, line);
    const settings = { options: {}, labels: {}, restrictions: {}, enabled: true, managedBy: 'api' } as const;
    this.#registry.add({ id, driver: id, connection: id, ...settings });
    await this.#ready.promise;
  }

  /** Commands that wait, a stop, and its release. Resolves with what became of the commands. */
  async once(): Promise<readonly (Outcome | undefined)[]> {
    await this.#ready.promise;
    this.#ready = Promise.withResolvers();
    this.#underWay = Promise.withResolvers();
    const commands = await Promise.all(Array.from({ length: commandsEach }, () => this.#go()));
    await this.#underWay.promise;
    await stopAll({ registry: this.#registry, stops: this.#stops }, caller);
    const records = await Promise.all(commands.map(({ ended }) => ended));
    await this.#stops.releaseAll(caller.name);
    return records.map(({ outcome }) => outcome);
  }

  async close(): Promise<void> {
    await this.#registry.close(new BellcrankError('shutting-down', 'the rehearsal is over'));
  }

  #go(): Promise<Submitted> {
    return this.#pipeline.start({ device: id, command: 'go', params: {}, caller });
  }
}
