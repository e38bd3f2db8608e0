import { Type } from '@sinclair/typebox';
import { expect, onTestFinished } from 'vitest';
import { trusted } from '../../src/access/caller.ts';
import { type App, createApp } from '../../src/app.ts';
import { formatProblems, loadConfig } from '../../src/config/index.ts';
import type { Device } from '../../src/device/device.ts';
import type { ParentLog } from '../../src/device/settings.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import type { Transport } from '../../src/transport/index.ts';
import { MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

/** One end of a wire with toys on it, one for each unit. */
export class Toys {
  readonly heard: string[] = [];
  readonly units: Readonly<Record<string, ToyDevice>>;
  readonly line: MemoryLine;

  constructor(units: readonly string[]) {
    this.units = Object.fromEntries(units.map((unit) => [unit, new ToyDevice(unit)]));
    this.line = new MemoryLine((far) => {
      for (const toy of Object.values(this.units)) toy.serve(far);
      far.onData((chunk) => this.heard.push(Buffer.from(chunk).toString('latin1')));
    });
  }

  unit(name: string): ToyDevice {
    const toy = this.units[name];
    if (toy === undefined) throw new Error(`there is no toy ${name}`);
    return toy;
  }
}

const names = ['one', 'two', 'three'] as const;
type Name = (typeof names)[number];

/** `tcp: {host: one}` leads to the toys `one`. */
function transportTo(ends: Readonly<Record<Name, Toys>>): Transport {
  return {
    name: 'tcp',
    presents: 'tcp',
    shape: 'bytes',
    settings: Type.Object(
      { host: Type.String(), port: Type.Optional(Type.Integer()) },
      { additionalProperties: false },
    ),
    label: (settings) => (settings as { host: string }).host,
    open: (settings, { signal }) => ends[(settings as { host: Name }).host].line.opener.open(signal) as never, // it is one of bytes
  };
}

/** A whole service on wires in memory and a clock of its own, whose configuration file the test rewrites. */
export async function reloadable(text: string) {
  const clock = new VirtualClock();
  const ends = { one: new Toys(['a', 'b', 'c']), two: new Toys(['', 'a']), three: new Toys(['']) };
  const file: { text: string; loaded?: () => void } = { text };
  const transports = [transportTo(ends)];
  const drivers = [toyDriver()];
  const load = async () => {
    const its = { file: 'bellcrank.yaml', text: file.text, env: {}, transports, drivers, simulators: [] };
    const read = await loadConfig(its);
    file.loaded?.();
    return read;
  };
  const loaded = await load();
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  const logged: { readonly message: string; readonly fields: Readonly<Record<string, unknown>> }[] = [];
  const keep = (fields: object, message: string): void => void logged.push({ message, fields: { ...fields } });
  const log: ParentLog = { debug: keep, info: keep, warn: keep, error: keep, child: () => log };
  const { config } = loaded;
  const simulate = () => Promise.reject(new Error('nothing is simulated here'));
  const common = { config, drivers, transports, simulate, clock, log, load, random: () => 0.5, version: '0.0.0' };
  const app: App = await createApp({ ...common, store: new MemoryStore(1000) });
  const settled = <T>(promise: Promise<T>): Promise<T> => clock.settled(promise, 120_000);
  await settled(app.open());
  onTestFinished(() => settled(app.close()));
  const device = (id: string): Device => app.registry.get(id);
  const until = async (condition: () => boolean): Promise<void> => {
    for (let waited = 0; waited < 20_000; waited += 10) {
      if (condition()) return;
      await clock.advance(10);
    }
    throw new Error('it did not happen');
  };
  const ready = (...ids: readonly string[]): Promise<void> =>
    until(() => ids.every((id) => app.registry.find(id)?.reading('setpoint').quality === 'good'));
  const start = async (id: string, command: string, params: unknown = {}) => {
    const started = await settled(app.control.pipeline.start({ device: id, command, params, caller: trusted('test') }));
    started.ended.catch(() => {});
    return started;
  };
  return {
    app,
    clock,
    ends,
    file,
    logged,
    settled,
    until,
    ready,
    device,
    start,
    /** What a command came to, or the code of what turned it away. */
    outcome: async (id: string, command: string, params: unknown = {}) => {
      const submission = { device: id, command, params, caller: trusted('test') };
      return await settled(app.control.pipeline.submit(submission)).then(
        ({ outcome }) => outcome,
        (error: unknown) => (error as { code?: string }).code,
      );
    },
    reload: (next?: string, dryRun = false) => {
      if (next !== undefined) file.text = next;
      return settled(app.reload.reload({ by: 'test' }, dryRun));
    },
    async post(url: string) {
      const response = await settled(app.http.inject({ method: 'POST', url }));
      return { status: response.statusCode, body: response.json<Record<string, unknown>>() };
    },
    add: async (body: object) => {
      const response = await settled(app.http.inject({ method: 'POST', url: '/v1/devices', payload: body }));
      expect(response.statusCode).toBe(201);
    },
  };
}
