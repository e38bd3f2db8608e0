import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { collector } from '../support/collector.ts';
import { samplesOf, valueOf } from '../support/samples.ts';
import { temporaryFolder } from '../wire/support.ts';
import { startService } from './service.ts';

function configured(more: string): string {
  const file = join(temporaryFolder(), 'bellcrank.yaml');
  writeFileSync(
    file,
    `${more}
connections:
  sim: { simulate: { model: scpi-supply, via: memory } }
devices:
  psu: { driver: scpi-supply, connection: sim }
`,
  );
  return file;
}

async function collecting() {
  const far = await collector();
  onTestFinished(() => far.close());
  return far;
}

const path = '/v1/devices/psu/commands/set-voltage';
const ready = async (service: Awaited<ReturnType<typeof startService>>): Promise<void> =>
  await expect
    .poll(async () => (await service.get<{ state: string }>('/v1/devices/psu')).state, { timeout: 20_000 })
    .toBe('ready');

test(
  'a service hands its spans to a collector, counts its commands, and logs more for a while',
  { timeout: 60_000 },
  async () => {
    const far = await collecting();
    const service = await startService(configured(`tracing: { endpoint: ${far.url} }\nlog: { requests: errors }`));
    await ready(service);
    expect((await service.post(path, { volts: 5 })).status).toBe(200);
    await expect.poll(() => far.spans.map(({ name }) => name), { timeout: 10_000 }).toContain('exchange');
    const text = await (await fetch(`${service.url}/metrics`)).text();
    expect(valueOf(samplesOf(text), 'bellcrank_commands_total', { outcome: 'succeeded', simulated: 'true' })).toBe(1);
    expect(service.stderr()).toMatch(/"name":"set-voltage".*"queueMs":[\d.]+,"wireMs":[\d.]+,"totalMs":[\d.]+/);
    expect((await service.post('/v1/devices/nobody/commands/x', {})).status).toBe(404);
    await expect.poll(() => service.stderr()).toMatch(/"route":"\/v1\/devices\/:id\/commands\/:name".*"status":404/);
    expect(service.stderr()).not.toContain('"level":20');
    expect((await service.put('/v1/log/level', { level: 'debug', forSeconds: 60 })).status).toBe(200);
    expect((await service.post('/v1/devices/psu/reconnect', {})).status).toBe(202);
    await expect.poll(() => service.stderr(), { timeout: 10_000 }).toContain('"level":20');
  },
);

test('a collector that hangs does not hold up the end of a service', { timeout: 60_000 }, async () => {
  const far = await collecting();
  far.hangs = true;
  const service = await startService(configured(`tracing: { endpoint: ${far.url} }`));
  await ready(service);
  await service.post(path, { volts: 5 });
  const { code, ms } = await service.end('SIGTERM');
  expect(code).toBe(0);
  expect(ms).toBeLessThan(2000);
});

test('lines are for people where the configuration says so', { timeout: 60_000 }, async () => {
  const service = await startService(configured('log: { pretty: always }'));
  await ready(service);
  await service.post(path, { volts: 5 });
  expect(service.stderr()).toMatch(/INFO.*: command ended/);
});

test('a service without a collector loads nothing of OpenTelemetry’s SDK', { timeout: 60_000 }, async () => {
  const script = `
    import { registerHooks } from 'node:module';
    const seen = [];
    registerHooks({
      resolve(specifier, context, next) {
        // prom-client asks the API, which is small, whether there is a trace.
        if (/^@opentelemetry\\/(?!api$)/.test(specifier)) seen.push(specifier);
        return next(specifier, context);
      },
    });
    await import(${JSON.stringify(new URL('../../src/app.ts', import.meta.url).href)});
    const without = seen.length;
    await import(${JSON.stringify(new URL('../../src/observe/tracing/otlp.ts', import.meta.url).href)});
    console.log(JSON.stringify({ without, with: seen.length > 0 }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  expect(JSON.parse(stdout)).toEqual({ without: 0, with: true });
});
