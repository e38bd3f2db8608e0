import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { needs } from '../support/needs.ts';
import { simulate } from '../support/simulated-process.ts';
import { findPyserial } from '../wire/pyserial.ts';
import { temporaryFolder } from '../wire/support.ts';
import { allReady, startService } from './service.ts';

const banner = "\r\nGrbl 1.1h ['$' for help]\r\n";
const fault = { kind: 'reset', banner, bootMs: 300 };

const config = (simulation: object): string =>
  JSON.stringify({
    simulation,
    connections: { line: { simulate: { model: 'grbl', via: 'pty', faults: [fault] } } },
    devices: { mill: { driver: 'grbl', connection: 'line' } },
  });

interface Report {
  readonly faults: readonly { readonly acted: number }[];
}

test.each([
  ['with a link', true],
  ['without', false],
])(
  'a driver attaches to a controller that restarts when its port is opened, %s',
  async (_how, isLinked) => {
    const folder = temporaryFolder();
    const file = join(folder, 'bellcrank.yaml');
    writeFileSync(file, config(isLinked ? { directory: '.' } : {}));
    const service = await startService(file);
    const acted = async (): Promise<number | undefined> =>
      (await service.get<Report>('/v1/simulators/mill/faults')).faults[0]?.acted;
    await expect.poll(acted, { timeout: 20_000 }).toBe(1);
    await allReady(service);
    // A port that is closed and opened within its simulator's look, every 20 ms, was open all the time.
    for (const [button, state] of [
      ['unplug', 'offline'],
      ['plug', 'ready'],
    ]) {
      await service.post('/v1/simulators/mill/press', { button });
      const stateOf = async () => (await service.get<{ readonly state: string }>('/v1/devices/mill')).state;
      await expect.poll(stateOf, { timeout: 20_000 }).toBe(state);
    }
    await expect.poll(acted, { timeout: 20_000 }).toBe(2);
    await allReady(service);
  },
  60_000,
);

const isThere = needs('pyserial', 'a port that restarts its device, opened by pyserial', { find: findPyserial });

const script = `
import serial, sys, time
for turn in range(3):
    with serial.Serial(sys.argv[1], 115200, timeout=10) as port:
        heard = port.read_until(b"help]\\r\\n")
        assert b'Grbl 1.1h' in heard, (turn, heard)
        port.write(b'$I\\n')
        heard = port.read_until(b'ok\\r\\n')
        assert heard.startswith(b'[VER:'), heard
    # One that opens it again at once may go unnoticed.
    time.sleep(0.5)
print('content')
`;

describe.skipIf(!isThere)('a program of somebody else’s', () => {
  test('hears the banner each time that it opens the port', async () => {
    const cwd = temporaryFolder();
    const text = JSON.stringify(banner);
    const running = await simulate(['grbl', '--pty', './mill', '--fault', `reset:banner=${text},bootMs=100`], { cwd });
    const args = ['-c', script, join(cwd, 'mill')];
    const { stdout } = await promisify(execFile)(findPyserial() ?? '', args, { timeout: 40_000 });
    expect(stdout).toBe('content\n');
    running.say('faults');
    await expect.poll(running.stdout).toMatch(/acted 3/);
  }, 60_000);
});
