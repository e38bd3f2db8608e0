import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { needs } from '../support/needs.ts';
import { findTmpfs, mountTmpfs } from '../support/tmpfs.ts';
import { temporaryFolder } from '../wire/support.ts';
import { allReady, startService } from './service.ts';

test.skipIf(!needs('tmpfs', 'a log on a full disk', { find: findTmpfs }))(
  'a service whose log is on a full disk goes on, and its log once there is room again',
  { timeout: 60_000 },
  async () => {
    const disk = mountTmpfs(1024 * 1024);
    const [config, path] = [join(temporaryFolder(), 'bellcrank.yaml'), join(disk.path, 'log')];
    writeFileSync(
      config,
      `log: { requests: all }
connections: { line: { simulate: { model: scpi-supply, via: memory } } }
devices: { psu: { driver: scpi-supply, connection: line } }
`,
    );
    const log = openSync(path, 'a');
    const service = await startService(config, {}, { log });
    closeSync(log);
    await allReady(service);
    const text = (): string => readFileSync(path, 'utf8');
    disk.fill();
    const before = text().length;
    for (let request = 0; request < 40; request++) await service.get(`/v1/devices/psu?${'x'.repeat(200)}`);
    expect(text().length - before).toBeLessThan(5000);
    expect(await service.post('/v1/devices/psu/stop', {})).toMatchObject({ status: 200 });
    disk.free();
    // None is lost, and none is cut. The next line has what waited tried again.
    const whole = async (): Promise<number> => {
      await service.get('/v1/devices');
      return (text().match(/^\{.*"msg":"request"\}$/gm) ?? []).filter((line) => line.includes('devices/:id"')).length;
    };
    await expect.poll(whole, { timeout: 10_000, interval: 50 }).toBe(40);
    expect(text()).toContain('device stopped');
    expect(await service.end('SIGTERM')).toMatchObject({ code: 0 });
  },
);
