import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Running, start } from './run.ts';
import { built } from '../support/built.ts';

let folder: string;
let service: Running | undefined;

const heater = (unit: string, question = 'T?'): string => `model: heater
summary: A heater in ${unit}
transport: [tcp, serial]
line: { outTerminator: "\\r", inTerminator: "\\r" }
properties:
  temperature: { schema: { type: number, unit: ${unit} }, pollMs: 100, read: { send: '${question}', expect: 'T={value:%f}' } }
examples:
  - { send: '${question}', reply: T=23.5, read: { temperature: 23.5 }, manual: §3.1 }
simulator: { initial: { temperature: 23.5 } }
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellcrank-reload-'));
});
afterAll(async () => {
  service?.child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

const ofHeater = `drivers: [./heater.yaml]
connections: { line: { simulate: { model: heater, via: tcp } } }
devices: { heater-1: { driver: heater, connection: line } }
`;

async function configure(reload: boolean, devices: string): Promise<string> {
  const config = join(folder, 'lab.config');
  await writeFile(config, `server: { port: 0 }\ndefinitions: { reload: ${String(reload)} }\n${devices}`);
  return config;
}

async function serve(reload: boolean, devices = ofHeater): Promise<string> {
  await writeFile(join(folder, 'heater.yaml'), heater('K'));
  const config = await configure(reload, devices);
  service?.child.kill('SIGKILL');
  const running = start(built(), ['serve', '--config', config]);
  service = running;
  await vi.waitFor(() => expect(running.stdout()).toMatch(/curl[^]*\n\n$/), { timeout: 20_000, interval: 20 });
  return /http:\/\/[\d.]+:\d+/.exec(running.stdout())?.[0] ?? '';
}

async function get(url: string): Promise<unknown> {
  return await (await fetch(url)).json();
}

const soon = { timeout: 20_000, interval: 50 };

test(
  'a definition that changes is taken while the service runs; a broken one is not',
  { timeout: 90_000 },
  async () => {
    const url = await serve(true);
    const temperature = `${url}/v1/devices/heater-1/properties/temperature`;
    const good = (unit: string) => expect.objectContaining({ value: 23.5, quality: 'good', unit }) as unknown;
    await vi.waitFor(async () => expect(await get(temperature)).toEqual(good('K')), soon);
    // Another question, in the driver and in its simulator.
    await writeFile(join(folder, 'heater.yaml'), heater('mK', 'TEMP?'));
    await vi.waitFor(async () => expect(await get(temperature)).toEqual(good('mK')), soon);
    expect(await get(`${url}/v1/models/heater`)).toMatchObject({ summary: 'A heater in mK' });
    await writeFile(join(folder, 'heater.yaml'), heater('uK').replace('reply: T=23.5', 'reply: T=24.5'));
    await vi.waitFor(
      () =>
        expect(service?.stderr()).toMatch(
          /heater\.yaml:\d+:\d+: examples\[0\]\.read\.temperature: .*the one before stays/,
        ),
      soon,
    );
    expect(await get(temperature)).toEqual(good('mK'));
    // A simulator that cannot be: neither it nor the driver changes.
    await writeFile(
      join(folder, 'heater.yaml'),
      heater('nK').replace('initial: { temperature: 23.5', 'initial: { temperature: zero'),
    );
    await vi.waitFor(
      () => expect(service?.stderr()).toMatch(/heater\.yaml:9:38: simulator\.initial\.temperature: /),
      soon,
    );
    await rm(join(folder, 'heater.yaml'));
    await vi.waitFor(() => expect(service?.stderr()).toMatch(/heater\.yaml is gone/), soon);
    expect(await get(temperature)).toEqual(good('mK'));
    expect(await get(`${url}/v1/devices/heater-1`)).toMatchObject({ state: 'ready' });
  },
);

test('without the configuration’s leave nothing is taken', { timeout: 60_000 }, async () => {
  const url = await serve(false);
  await writeFile(join(folder, 'heater.yaml'), heater('mK', 'TEMP?'));
  // Longer than the files would be looked at.
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect(await get(`${url}/v1/models/heater`)).toMatchObject({ summary: 'A heater in K' });
});

test(
  'a definition that came with another configuration is taken when it changes, too',
  { timeout: 60_000 },
  async () => {
    const url = await serve(true, '');
    await configure(true, ofHeater);
    const answer = await fetch(`${url}/v1/config/reload`, { method: 'POST' });
    expect(await answer.json()).toMatchObject({ devices: { added: [{ id: 'heater-1' }] }, problems: [] });
    await writeFile(join(folder, 'heater.yaml'), heater('mK', 'TEMP?'));
    const summary = { summary: 'A heater in mK' };
    await vi.waitFor(async () => expect(await get(`${url}/v1/models/heater`)).toMatchObject(summary), soon);
  },
);
