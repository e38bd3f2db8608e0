import { expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { defaultLimits } from '../../src/device/limits.ts';
import { Registry } from '../../src/device/registry.ts';
import { Metrics } from '../../src/observe/metrics/index.ts';
import { chirpDriver } from '../support/chirp.ts';
import { HubLine } from '../support/hub-line.ts';
import { silentLog } from '../support/rig.ts';
import { samplesOf, valueOf } from '../support/samples.ts';

const devices = 10_000;
const connections = 400;
/** What one scrape may be, whatever there is. Measured with none named: 1,681 series, 127 KB. */
const most = { series: 4000, bytes: 600_000 };

function registryOf(): Registry {
  const registry = new Registry({
    drivers: [chirpDriver()],
    clock: systemClock,
    random: () => 0.5,
    log: silentLog,
    limits: defaultLimits,
    maxDevices: devices,
    observe: () => {},
  });
  for (let index = 0; index < connections; index++) registry.addConnection(`line-${index}`, new HubLine().opener);
  for (let index = 0; index < devices; index++) {
    registry.add({
      id: `relay-${index}`,
      driver: 'chirp',
      connection: `line-${index % connections}`,
      options: { name: `relay-${index}` },
      labels: {},
      restrictions: {},
      enabled: false,
      managedBy: 'api',
    });
  }
  return registry;
}

test('ten thousand devices on hundreds of connections have as many series as the bounds say', async () => {
  const registry = registryOf();
  const metrics = new Metrics({ settings: { open: false, devices: ['relay-*'] }, registry, version: '0.0.0' });
  const { text } = await metrics.scrape(undefined);
  const samples = samplesOf(text);
  const named = new Set(samples.flatMap(({ labels }) => labels['device'] ?? []));
  const told = new Set(samples.flatMap(({ labels }) => labels['connection'] ?? []));
  expect(named.size).toBe(100);
  expect(told.size).toBe(201);
  expect(told).toContain('other');
  expect(valueOf(samples, 'bellcrank_devices', { driver: 'chirp' })).toBe(devices);
  expect(samples.length).toBeLessThan(most.series);
  expect(text.length).toBeLessThan(most.bytes);
});

test('a scrape of ten thousand devices takes little of the processor', async () => {
  const registry = registryOf();
  const metrics = new Metrics({ settings: { open: false, devices: [] }, registry, version: '0.0.0' });
  const used: number[] = [];
  for (let round = 0; round < 10; round++) {
    const before = process.cpuUsage();
    await metrics.scrape(undefined);
    const { user, system } = process.cpuUsage(before);
    used.push((user + system) / 1000);
  }
  // In ms, the best of ten. Measured: 12.
  expect(Math.min(...used)).toBeLessThan(60);
});
