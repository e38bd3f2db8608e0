import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { built } from '../support/built.ts';
import { needs } from '../support/needs.ts';
import { allReady, type Service, startService } from './service.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const config = `
connections:
  psu-1-line: { simulate: { model: scpi-supply, via: pty, seed: 1, options: { outputOn: true } } }
  psu-2-line:
    simulate:
      model: scpi-supply
      via: pty
      faults:
        - { kind: nak, match: VOLT 9 }
        - { kind: unplug, match: VOLT 7 }
devices:
  psu-1: { driver: scpi-supply, connection: psu-1-line }
  psu-2: { driver: scpi-supply, connection: psu-2-line }
alarms:
  - { name: too-high, device: psu-1, property: voltage-setpoint, high: 20, severity: critical }
`;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let service: Service;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bellcrank-cli-'));
  writeFileSync(join(folder, 'lab.yaml'), config);
  // What a shell calls when it is told to run bellcrank, and the source of it.
  for (const [name, program] of Object.entries({ bellcrank: built(), 'from-source': `${root}bin/bellcrank.js` })) {
    writeFileSync(join(folder, name), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
    chmodSync(join(folder, name), 0o755);
  }
  service = await startService(
    join(folder, 'lab.yaml'),
    { BELLCRANK_STORE__DIRECTORY: join(folder, 'store') },
    { endsWithTest: false },
  );
  await allReady(service);
  return async () => {
    await service.end('SIGTERM');
  };
}, 60_000);

const environment = (): Record<string, string> => ({
  PATH: `${folder}:${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
  BELLCRANK_URL: service.url,
  HOME: folder,
});

/** A line as a shell runs it. */
async function shell(script: string, env: Record<string, string> = {}): Promise<Ended> {
  const options = { cwd: folder, env: { ...environment(), ...env } };
  try {
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', script], options);
    return { code: 0, stdout, stderr };
  } catch (error) {
    return error as Ended; // execFile rejects with all of them
  }
}

test('each outcome has its own exit code', { timeout: 120_000 }, async () => {
  const line = (code: number, stderr: string) => ({ code, stderr: expect.stringContaining(stderr) as string });
  expect(await shell('bellcrank send psu-1 set-voltage volts=5')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('psu-1 set-voltage (simulated) succeeded (acknowledged)') as string,
    stderr: '',
  });
  expect(await shell('bellcrank send psu-2 set-voltage volts=9')).toMatchObject(
    line(3, 'was refused, nothing changed'),
  );
  expect(await shell('bellcrank send psu-1 set-voltage vlots=5')).toMatchObject(line(7, 'did you mean "volts"?'));
  expect(await shell('bellcrank send psu-1 set-voltage volts=500')).toMatchObject(line(7, 'volts must be <= 30'));
  expect(await shell('bellcrank send psu-1 --nonsense')).toMatchObject(line(2, 'unknown option'));
  expect(await shell('bellcrank send psu-1 set-voltage volts=5 --url http://127.0.0.1:1')).toMatchObject(
    line(8, 'Start it with: bellcrank serve'),
  );
  expect(await shell('bellcrank stop psu-1')).toMatchObject({ code: 0 });
  expect(await shell('bellcrank send psu-1 set-voltage volts=5')).toMatchObject(
    line(10, 'bellcrank stop psu-1 --release'),
  );
  expect(await shell('bellcrank stop psu-1 --release')).toMatchObject({ code: 0 });
  // The supply is unplugged by the very frame: it heard it, and nobody hears its answer.
  expect(await shell('bellcrank send psu-2 set-voltage volts=7')).toMatchObject(line(6, 'it may have happened or not'));
  expect(await shell('bellcrank send psu-2 set-voltage volts=5')).toMatchObject(line(5, 'offline'));
});

const hasJq = needs('jq', 'scripts around the command line');

test.skipIf(!hasJq)('the script of the page runs as it stands there', { timeout: 120_000 }, async () => {
  const page = readFileSync(join(root, 'docs/cli.md'), 'utf8');
  const script = /<!-- runs -->\s+```bash\n([^]*?)```/.exec(page)?.[1] ?? 'false';
  const { code, stdout, stderr } = await shell(script);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/measured \d/);
  expect(stdout).toContain('not valid:\npsu-1 set-voltage: not sent\n  volts must be <= 30\n');
  expect(stdout).toMatch(/psu-1 set-voltage \(simulated\) succeeded/);
});

test('lease run hands on the lease, the signals and the exit code', { timeout: 120_000 }, async () => {
  const inner = `'bellcrank send psu-1 set-voltage volts=2 && exit 42'`;
  expect(await shell(`bellcrank lease run psu-1 --ttl 20 -- bash -c ${inner}`)).toMatchObject({ code: 42 });
  expect(await shell('bellcrank lease show psu-1')).toMatchObject({ stdout: 'nobody holds psu-1\n' });
  expect(await shell('bellcrank lease run psu-1 -- no-such-program')).toMatchObject({ code: 127 });
  const signalled =
    'bellcrank lease run psu-1 -- bash -c "trap \\"exit 7\\" TERM; echo up; while :; do sleep 0.05; done"';
  const child = spawn('bash', ['-c', `exec ${signalled}`], { cwd: folder, env: environment() });
  child.stdout.once('data', () => child.kill('SIGTERM'));
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(7);
  expect(await shell('bellcrank lease show psu-1')).toMatchObject({ stdout: 'nobody holds psu-1\n' });
});

test('a lease that is lost ends the program that it was held for', { timeout: 60_000 }, async () => {
  const sleeper = 'bellcrank lease run psu-1 --ttl 1.5 -- bash -c "echo up; while :; do sleep 0.05; done"';
  const child = spawn('bash', ['-c', `exec ${sleeper}`], { cwd: folder, env: environment() });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  const exited = new Promise((resolve) => child.once('exit', resolve));
  await once(child.stdout, 'data');
  expect(await shell('bellcrank lease take psu-1 --steal --ttl 1')).toMatchObject({ code: 0 });
  expect(await exited).toBe(10);
  expect(said).toContain('the lease of device psu-1 is lost; bash is asked to end');
  const free = async () => (await shell('bellcrank lease show psu-1')).stdout;
  await expect.poll(free, { timeout: 20_000 }).toBe('nobody holds psu-1\n');
});

test('whoever stops reading ends it quietly', { timeout: 60_000 }, async () => {
  const streamed = await shell('set -o pipefail; bellcrank watch --json | head -n 1');
  expect({ code: streamed.code, stderr: streamed.stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(streamed.stdout)).toMatchObject({ type: 'snapshot' });
  const listed = await shell('set -o pipefail; bellcrank models --json | head -c 1');
  expect(listed).toMatchObject({ code: 0, stdout: '{', stderr: '' });
});

/** A way to the service that can be cut. */
async function relay(): Promise<{ readonly url: string; cut(): void }> {
  const { hostname, port } = new URL(service.url);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    }
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, cut }; // it listens on a port
}

test('watch tells values and commands, and goes on where it broke off', { timeout: 60_000 }, async () => {
  const way = await relay();
  const args = ['watch', 'psu-1', '--type', 'property,command', '--url', way.url];
  const child = spawn('bellcrank', args, { cwd: folder, env: environment() });
  let [text, said] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  const told = (what: RegExp) => expect.poll(() => text, { timeout: 20_000 }).toMatch(what);
  await told(/psu-1 {2}voltage-setpoint = [\d.]+ V {2}simulated\n/);
  way.cut();
  // It may happen before the way is there again.
  await shell('bellcrank send psu-1 set-voltage volts=3.25');
  await told(/psu-1 {2}set-voltage succeeded \(acknowledged\) \S+ {2}simulated\n/);
  await told(/voltage-setpoint = 3.25 V/);
  expect(said).toMatch(/^the connection is lost: .*\nthe service is there again\n$/);
  child.kill('SIGINT');
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
});

test('alarms are listed until somebody has seen them', { timeout: 60_000 }, async () => {
  expect(await shell('bellcrank alarms')).toMatchObject({ code: 0, stdout: 'There are no such alarms.\n' });
  await shell('bellcrank send psu-1 set-voltage volts=25');
  const open = async () => (await shell('bellcrank alarms')).stdout;
  await expect
    .poll(open, { timeout: 20_000 })
    .toMatch(/critical +active +psu-1 +voltage-setpoint +too-high +25 V .*simulated/);
  const { items } = JSON.parse((await shell('bellcrank alarms --json')).stdout) as { items: { id: string }[] };
  expect(await shell(`bellcrank alarms --by Ada --acknowledge ${items[0]?.id ?? ''}`)).toMatchObject({
    code: 0,
    stdout: 'too-high of psu-1 (simulated): acknowledged\n',
  });
  await shell('bellcrank send psu-1 set-voltage volts=5');
  await expect.poll(open, { timeout: 20_000 }).toBe('There are no such alarms.\n');
});

/** What bash offers at the end of a line, by the script that the program prints. */
async function offered(line: string): Promise<readonly string[]> {
  const words = line.split(/(?<=[=:])|(?=[=:])| /).filter((word) => word !== '');
  if (line.endsWith(' ')) words.push('');
  const list = words.map((word) => `'${word}'`).join(' ');
  const { stdout } = await shell(`
    eval "$(bellcrank completion bash)"
    COMP_LINE='${line}' COMP_POINT=${line.length}
    COMP_WORDS=(${list}) COMP_CWORD=${words.length - 1}
    $(complete -p bellcrank | sed 's/.*-F \\([^ ]*\\).*/\\1/')
    printf '%s\\n' "\${COMPREPLY[@]}"`);
  return stdout.split('\n').filter((word) => word !== '');
}

test('bash completes commands, devices, what they have, and what may be chosen', { timeout: 120_000 }, async () => {
  // A busy machine may take longer than it has; whoever is at the keyboard presses once more.
  const soon = { timeout: 30_000 };
  await expect.poll(() => offered('bellcrank his'), soon).toEqual(['history']);
  await expect.poll(() => offered('bellcrank send '), soon).toEqual(['psu-1', 'psu-2']);
  await expect.poll(() => offered('bellcrank send psu-1 set-'), soon).toEqual(['set-voltage', 'set-current']);
  await expect.poll(() => offered('bellcrank send psu-1 set-voltage v'), soon).toEqual(['volts=']);
  // Bash puts in what follows the equals sign.
  await expect.poll(() => offered('bellcrank send psu-1 output on=t'), soon).toEqual(['true']);
  await expect
    .poll(() => offered(`bellcrank get --url ${service.url} psu-1 measured-v`), soon)
    .toEqual(['measured-voltage']);
  await expect.poll(() => offered('bellcrank get --url http://127.0.0.1:1 '), soon).toEqual([]);
});

test('a command that asks a service loads no driver, no simulator and no server', { timeout: 60_000 }, async () => {
  const hooks = `
    import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) { process.stderr.write(url + '\\n'); return next(url, context); } });`;
  const options = `--import data:text/javascript,${encodeURIComponent(hooks)}`;
  for (const args of [
    'devices',
    'get psu-1',
    'send psu-1 set-voltage volts=1',
    'watch --json | head -n 1',
    'commands',
  ]) {
    const { code, stderr } = await shell(`from-source ${args}`, { NODE_OPTIONS: options });
    expect(code).toBe(0);
    const loaded = stderr.split('\n').map((url) => url.replace(`file://${root}`, ''));
    expect(loaded).toContain('src/client/index.ts');
    const packages = new Set(loaded.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []));
    expect([...packages]).toEqual(['commander']);
    expect(
      loaded.filter((path) =>
        /^(drivers|simulators|src\/(app|http|command|device|driver|transport|store))\b/.test(path),
      ),
    ).toEqual([]);
  }
});
