import { Type } from '@sinclair/typebox';
import { expect, test } from 'vitest';
import { trusted } from '../../src/access/caller.ts';
import { attachCall, BellcrankError, defineDriver, defineModel, LineExchange } from '../../src/driver/index.ts';
import type { ByteConnection, Clock } from '../../src/driver/index.ts';
import type { CommandRecord } from '../../src/store/record.ts';
import { randomFrom } from '../support/random.ts';
import { createRig, MemoryLine } from '../support/rig.ts';

/** What a unit takes at most, and the silence after which nothing of it is still to come. */
const longestMs = 700;
const quietMs = 800;

const numbered = Type.Object({ n: Type.Integer() }, { additionalProperties: false });
const model = defineModel({
  name: 'unit',
  summary: 'One of several on a line, whose replies do not say which of them speaks',
  commands: {
    go: {
      summary: 'Go',
      effect: 'actuate',
      confirmation: 'acknowledged',
      timeoutMs: 2000,
      params: numbered,
      result: numbered,
    },
  },
  properties: {},
  events: {},
  stop: { summary: 'Stop', confirmation: 'sent', timeoutMs: 500 },
});

const driver = defineDriver({
  model,
  transports: ['serial'],
  options: Type.Object({ unit: Type.Integer() }),
  timing: { quietMs },
  address: ({ unit }) => String(unit),
  async attach(connection, { unit }, { clock, signal, unmatched }) {
    const terminators = { outTerminator: '\n', inTerminator: '\n' };
    const line = new LineExchange(connection, { clock, ...terminators, replyTimeoutMs: 1500, quietMs, unmatched });
    signal.addEventListener('abort', () => line.close(), { once: true });
    const whoIsThere = { decode: String, isReply: (reply: string) => reply === `ID ${unit}`, maxSkipped: 10 };
    await line.probe(attachCall(connection, signal), `${unit} ID`, whoIsThere);
    const decode = (reply: string): { n: number } => {
      const [what, n] = reply.split(' ');
      if (what !== 'OK') throw new BellcrankError('device-protocol', reply);
      return { n: Number(n) };
    };
    return {
      commands: {
        async go({ n }, call) {
          const result = await line.query(call, `${unit} GO ${n}`, { decode, final: true });
          call.confirm('acknowledged');
          return result;
        },
      },
      stop: (call) => line.send(call, `${unit} STOP`),
      async resync(call) {
        await line.drain(quietMs, 2 * quietMs, call.signal);
        await line.probe(call, `${unit} ID`, whoIsThere);
      },
    };
  },
});

/** The far end of the line: each unit does one thing after the other, and each takes it a while. */
class Units {
  readonly executed: number[] = [];
  takesMs: () => number = () => 0;
  clock: Clock | undefined;
  readonly #freeAt = new Map<string, number>();

  serve(far: ByteConnection): void {
    far.onData((chunk) => {
      for (const line of Buffer.from(chunk).toString('latin1').trim().split('\n')) this.#hear(far, line);
    });
  }

  #hear(far: ByteConnection, line: string): void {
    const [unit = '', what, n] = line.split(' ');
    if (this.clock === undefined || what === 'STOP') return;
    if (what === 'GO') this.executed.push(Number(n));
    const now = this.clock.monotonic();
    const at = Math.max(now, this.#freeAt.get(unit) ?? 0) + (what === 'GO' ? this.takesMs() : 0);
    this.#freeAt.set(unit, at);
    const reply = what === 'GO' ? `OK ${n}` : `ID ${unit}`;
    this.clock.timer(at - now, () => void far.write(Buffer.from(`${reply}\n`)).catch(() => {}));
  }
}

const ids = ['unit-1', 'unit-2', 'unit-3'];
const settingsOf = (id: string) => {
  const options = { unit: Number(id.at(-1)) };
  return { id, driver: 'unit', connection: 'line', options, labels: {}, restrictions: {}, enabled: true } as const;
};

/** Commands, stops, removals and additions in any order. Resolves with what became of the commands. */
async function life(seed: number): Promise<{ records: CommandRecord[]; executed: number[] }> {
  const random = randomFrom(seed);
  const below = (count: number): number => Math.floor(random() * count);
  const units = new Units();
  const line = new MemoryLine((far) => units.serve(far));
  const devices = ids.map((id) => ({ ...settingsOf(id) }));
  const rig = createRig(driver, { line }, devices);
  units.clock = rig.clock;
  units.takesMs = () => (random() < 0.5 ? 0 : below(longestMs));
  await rig.until(() => ids.every((id) => rig.device(id).state === 'ready'));
  const going: Promise<unknown>[] = [];
  const started = (promise: Promise<unknown>): void => void going.push(promise.catch(() => {}));
  const caller = trusted('test');
  for (let step = 0; step < 60; step++) {
    const id = ids[below(ids.length)] ?? '';
    const kind = below(10);
    const known = rig.registry.find(id) !== undefined;
    if (known && kind < 6) started(rig.pipeline.submit({ device: id, command: 'go', params: { n: step }, caller }));
    else if (known && kind === 6) started(rig.stops.stop(id, { by: 'test' }));
    else if (known && kind < 9) started(rig.devices.remove(id, { by: 'test' }));
    if (!known) started(rig.devices.add({ ...settingsOf(id), managedBy: 'api' }));
    if (random() < 0.5) started(rig.stops.releaseAll('test'));
    await rig.clock.advance(below(400));
  }
  await rig.settled(Promise.all(going), 120_000);
  return { records: rig.ended.filter(({ command }) => command === 'go'), executed: units.executed };
}

test('whoever comes, goes and is stopped on a shared line, nobody takes the answer of another', async () => {
  const first = Number(process.env['BELLCRANK_TEST_SEED'] ?? Date.now() % 2 ** 31);
  console.info(`seed ${first}; BELLCRANK_TEST_SEED=${first} repeats it`);
  let succeeded = 0;
  for (let seed = first; seed < first + 40; seed++) {
    const { records, executed } = await life(seed);
    for (const { outcome, params, result } of records) {
      const { n } = params as { n: number };
      const times = executed.filter((each) => each === n).length;
      if (outcome === 'succeeded') expect({ seed, result, times }).toEqual({ seed, result: { n }, times: 1 });
      if (outcome === 'not-sent') expect({ seed, n, times }).toEqual({ seed, n, times: 0 });
      expect(times, `seed ${seed}: ${n}`).toBeLessThanOrEqual(1);
      if (outcome === 'succeeded') succeeded++;
    }
  }
  expect(succeeded).toBeGreaterThan(100);
});
