import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import modbusSerial from 'modbus-serial';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { parseRecording } from '../../src/recording/index.ts';
import { runHere } from '../cli/here.ts';
import { needs } from '../support/needs.ts';
import { simulate, startSimulate } from '../support/simulated-process.ts';
import { startMosquitto } from '../wire/mosquitto.ts';
import { temporaryFolder } from '../wire/support.ts';

vi.setConfig({ testTimeout: 60_000 });

const portIn = (text: string): number => Number(/127\.0\.0\.1:(\d+)/.exec(text)?.[1]);

/** Asks one line over a socket of its own, and stays connected until the test ends. */
async function dialogue(port: number): Promise<(line: string) => Promise<string>> {
  const socket = createConnection(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  const lines = createInterface({ input: socket });
  return async (line) => {
    const answer = once(lines, 'line');
    socket.write(`${line}\n`);
    return String((await answer)[0]);
  };
}

test('a supply over TCP serves several clients at once, and tells them apart in its trace', async () => {
  const running = await simulate(['scpi-supply', '--tcp', '0', '--trace'], { cwd: temporaryFolder() });
  const port = portIn(running.stdout());
  const [first, second] = [await dialogue(port), await dialogue(port)];
  const identity = await first('*IDN?');
  expect(await second('*IDN?')).toBe(identity);
  expect(await first('VOLT 5;VOLT?')).toMatch(/^5/);
  expect(await second('VOLT?')).toMatch(/^5/);
  expect(await running.end()).toMatchObject({ code: 0 });
  const { events } = parseRecording(running.stdout());
  expect(new Set(events.map(({ device }) => device))).toEqual(new Set([undefined, 'client-2']));
  const taken = await simulate(['scpi-supply', '--tcp', String(port)], { cwd: temporaryFolder() });
  const refused = startSimulate(['scpi-supply', '--tcp', String(port)], { cwd: temporaryFolder() });
  await expect.poll(() => refused.child.exitCode, { timeout: 30_000 }).toBe(1);
  expect(refused.stderr()).toContain(`port ${port} of 127.0.0.1 is taken`);
  expect(await taken.end()).toMatchObject({ code: 0 });
});

test('an oven is read by a Modbus client of other people', async () => {
  const args = ['bellcrank-oven', '--tcp', '0', '--option', 'units=[{"unit":3,"device":{"temperature":60}}]'];
  const running = await simulate(args, { cwd: temporaryFolder() });
  const peer = new modbusSerial.default();
  onTestFinished(() => new Promise<void>((resolve) => peer.close(() => resolve())));
  await peer.connectTCP('127.0.0.1', { port: portIn(running.stdout()) });
  peer.setID(3);
  peer.setTimeout(5000);
  // It was at 60 °C when it began, and cools.
  const { data } = await peer.readInputRegisters(0, 1);
  expect(data[0]).toBeGreaterThan(500);
  expect(data[0]).toBeLessThanOrEqual(600);
});

describe.skipIf(
  ![
    needs('mosquitto', 'a simulated plug on a broker of its user'),
    needs('mosquitto_sub', 'a simulated plug on a broker of its user'),
  ].every(Boolean),
)('a plug on Mosquitto', () => {
  test('obeys mosquitto_pub, is heard by mosquitto_sub, and comes back with its broker', async () => {
    const broker = await startMosquitto();
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const running = await simulate(['tasmota', '--mqtt', url, '--option', 'topic=plug'], { cwd: temporaryFolder() });
    expect(running.stdout()).toBe(`tasmota: ${url}, seed 1\n`);
    const at = ['-h', '127.0.0.1', '-p', String(broker.port)];
    const obeys = async (word: string): Promise<void> => {
      const sub = spawn('mosquitto_sub', [...at, '-t', 'stat/plug/POWER', '-C', '1']);
      onTestFinished(() => void sub.kill('SIGKILL'));
      const [heard, said] = [once(sub.stdout, 'data'), new AbortController()];
      const ask = async (): Promise<void> => {
        while (!said.signal.aborted) {
          await promisify(execFile)('mosquitto_pub', [...at, '-t', 'cmnd/plug/POWER', '-m', word]);
        }
      };
      const asking = ask();
      expect(String((await heard)[0])).toBe(`${word}\n`);
      said.abort();
      await asking;
    };
    await obeys('ON');
    await broker.stop();
    await broker.start();
    await obeys('OFF');
    expect(await running.end()).toMatchObject({ code: 0 });
  });

  test('its password is told to the broker, and to nobody else', async () => {
    const broker = await startMosquitto();
    const [url, env] = [`mqtt://127.0.0.1:${broker.port}`, { MQTT_USERNAME: 'anna', MQTT_PASSWORD: 'se/cret@' }];
    const cwd = temporaryFolder();
    const running = await simulate(['tasmota', '--mqtt', url, '--option', 'topic=plug', '--trace'], { cwd, env });
    await broker.stop();
    await running.end();
    const denied = startSimulate(['tasmota', '--mqtt', `mqtt://anna:secret@127.0.0.1:${broker.port}`], { cwd });
    await expect.poll(() => denied.child.exitCode, { timeout: 30_000 }).not.toBe(null);
    const said = [running, denied].map(({ stdout, stderr }) => stdout() + stderr()).join('');
    expect(said).not.toMatch(/se.?cret|anna/);
  });
});

test('a laboratory: the simulated connections of a configuration, all or some, without the service', async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'ports'));
  const file = join(cwd, 'lab.yaml');
  writeFileSync(
    file,
    `connections:
  supply: { simulate: { model: scpi-supply, via: tcp, seed: 4 } }
  mill: { simulate: { model: grbl, via: memory } }
  house: { simulate: { via: mqtt, devices: [{ model: tasmota, options: { topic: a } }, { model: homie }] } }
  real: { tcp: { host: 127.0.0.1, port: 9 } }
`,
  );
  const running = await simulate(['--config', file, '--pty', 'ports'], { cwd });
  await expect.poll(running.stdout).toContain('house (tasmota, homie): mqtt://127.0.0.1:');
  expect(running.stdout()).toContain('supply (scpi-supply): 127.0.0.1:');
  expect(running.stdout()).toContain(', seed 4\n');
  expect(readdirSync(join(cwd, 'ports'))).toEqual(['mill']);
  expect(await (await dialogue(portIn(running.stdout())))('*IDN?')).toContain(',');
  running.say('house/1 faults');
  await expect.poll(running.stdout).toContain('no faults');
  expect(await running.end()).toMatchObject({ code: 0 });
  expect(readdirSync(join(cwd, 'ports'))).toEqual([]);
  const some = await simulate(['--config', file, 'supply'], { cwd });
  expect(some.stdout().trim().split('\n')).toHaveLength(1);
  expect(await some.end()).toMatchObject({ code: 0 });
});

test('secrets that only the service needs are not asked for', async () => {
  const cwd = temporaryFolder();
  const connections = `connections:
  supply: { simulate: { model: scpi-supply, via: tcp } }
  plug: { simulate: { model: tasmota, via: mqtt, options: { topic: { env: TOPIC } } } }
  real: { tcp: { host: { env: HOST }, port: 9 } }`;
  writeFileSync(
    join(cwd, 'lab.yaml'),
    `${connections}\nwebhooks: [{ name: a, url: { env: URL }, secret: { env: SECRET } }]\n`,
  );
  const some = await simulate(['--config', 'lab.yaml', 'supply'], { cwd });
  expect(await some.end()).toMatchObject({ code: 0 });
  const { code, stderr } = await runHere(['simulate', '--config', join(cwd, 'lab.yaml')]);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^[^\n]*TOPIC is not set\n1 problem\n$/)]);
});

test('what it is told wrongly ends it with 2, says what to do, and leaves nothing behind', async () => {
  const cwd = temporaryFolder();
  const refused = startSimulate(['grbk'], { cwd });
  await expect.poll(() => refused.child.exitCode, { timeout: 30_000 }).toBe(2);
  expect(refused.stderr()).toContain('did you mean "grbl"?');
  expect(readdirSync(cwd)).toEqual([]);
});

test.each([
  [[], 'say which model; there are: agilent-e3631a'],
  [['grbl', '--mqtt', 'mqtt://127.0.0.1:1'], 'grbl speaks a byte stream; use --pty PATH or --tcp PORT'],
  [['tasmota', '--tcp', '0'], 'tasmota speaks MQTT; use --mqtt URL'],
  [['grbl', '--tcp', '0', '--pty', 'x'], 'use one of --pty, --tcp'],
  [['grbl', '--tcp', '0', '--option', 'nothing=1'], '--option nothing is not a known key'],
  [['grbl', '--tcp', '0', '--fault', 'invalid-json'], 'the fault "invalid-json"'],
  [['grbl', '--pty', '/no/such/tty'], 'there is no folder /no/such; make it (mkdir -p), or choose another place'],
  [['grbl', '--pty', '/dev/null/tty'], '/dev/null is no folder; choose another place'],
  [['grbl', '--pty', '/dev/null'], '/dev/null exists and is not a link to a PTY; choose another name'],
  [['--config', 'examples/lab/bellcrank.yaml', '--pty', '/no/such'], '--pty: there is no folder /no/such'],
  [['--config', 'no-such.yaml'], 'no-such.yaml'],
])('%j is refused, with what to do', async (args, what) => {
  const { code, stdout, stderr } = await runHere(['simulate', ...args]);
  expect([code, stdout]).toEqual([args.includes('no-such.yaml') ? 1 : 2, '']);
  expect(stderr).toContain(what);
});
