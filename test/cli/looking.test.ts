import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Surroundings } from '../../src/cli/context.ts';
import { call, toyService } from './lab.ts';

const withinMs = 10_000_000;
const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 10_000 });

async function lab() {
  const service = await toyService();
  const start = (args: readonly string[], more = {}) => call([...args, '--url', service.url], more);
  const run = async (args: readonly string[], more: Partial<Surroundings> = {}) => {
    const { code, said } = start(args, more);
    return { code: await service.rig.settled(code, withinMs), ...said };
  };
  return { ...service, start, run };
}

const terminal = (columns: number) => ({ terminal: { out: true, err: true, columns: () => columns } });

describe('devices', () => {
  test('a device a line, marked as simulated', async () => {
    const { run } = await lab();
    const { code, stdout } = await run(['devices']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^DEVICE +STATE +MODEL +CONNECTION +LABELS +SEEN +NOTE\npsu-1 +ready +toy +line +bench=left +.* simulated\n$/,
    );
    expect((await run(['devices', '--label', 'bench=right'])).stdout).toBe('There are no such devices.\n');
    expect(JSON.parse((await run(['devices', '--json'])).stdout)).toMatchObject({
      items: [{ id: 'psu-1', simulated: true }],
    });
  });

  test('one of them with all that it can do', async () => {
    const { run } = await lab();
    const { code, stdout } = await run(['devices', 'psu-1']);
    expect(code).toBe(0);
    for (const part of ['psu-1 (simulated)', 'Properties', 'setpoint', 'Commands', 'optimist', 'sweep']) {
      expect(stdout).toContain(part);
    }
  });

  test('no line is wider than the terminal, and colours are for terminals', async () => {
    const { run } = await lab();
    const { stdout } = await run(['devices', 'psu-1'], terminal(40));
    const esc = '\u001b';
    expect(stdout).toContain(`${esc}[`);
    const lines = stdout.replaceAll(new RegExp(`${esc}\\[\\d+m`, 'g'), '').split('\n');
    const rows = lines.filter((line) => /^(swe|set)\S* /.test(line));
    expect(rows.length).toBe(3);
    expect(rows.every((line) => line.length <= 40)).toBe(true);
    const plain = await run(['devices', 'psu-1'], { ...terminal(40), env: { NO_COLOR: '1' } });
    expect(plain.stdout).not.toContain(esc);
  });
});

describe('get', () => {
  test('a value with its quality, and that it is simulated', async () => {
    const { run } = await lab();
    const { code, stdout } = await run(['get', 'psu-1', 'value', '--fresh']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^7 \(good, .*, simulated\)\n$/)]);
    expect(JSON.parse((await run(['get', 'psu-1', 'value', '--json'])).stdout)).toMatchObject({ value: 7 });
    expect((await run(['get', 'psu-1', '--max-age', '0'])).stdout).toMatch(/value +7 +good/);
  });

  test('what cannot be read fails, and is no value', async () => {
    const { run, toy, rig } = await lab();
    toy.twist = (line, reply) => (line === 'GET?' ? 'nonsense' : reply);
    await rig.clock.advance(100);
    const { code, stdout, stderr } = await run(['get', 'psu-1', 'value', '--fresh']);
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toContain('nonsense');
  });

  test('what a device says steers no terminal', async () => {
    const { run, toy, rig } = await lab();
    toy.twist = (line, reply) => (line === 'GET?' ? 'VAL \u001b[2J\u009b' : reply);
    await rig.clock.advance(100);
    const { stderr } = await run(['get', 'psu-1', 'value', '--fresh'], terminal(80));
    expect(stderr).toContain('[2J');
    // oxlint-disable-next-line no-control-regex -- They are what must not be there.
    expect(stderr.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });
});

describe('commands', () => {
  test('the latest first, and one with what became of it', async () => {
    const { run } = await lab();
    await run(['send', 'psu-1', 'set', 'value=1']);
    await run(['send', 'psu-1', 'set', 'value=99']);
    const { stdout } = await run(['commands']);
    expect(stdout.split('\n').slice(1, 3)).toEqual([
      expect.stringMatching(/set +refused +\S{36} +{"value":99} +simulated, ERR 99/),
      expect.stringMatching(/set +succeeded +\S{36} +{"value":1} +simulated/),
    ]);
    const refused = await run(['commands', '--outcome', 'refused', '--json']);
    const { items } = JSON.parse(refused.stdout) as { items: { id: string }[] };
    const shown = await run(['commands', items[0]?.id ?? '']);
    expect(shown.stdout).toContain('was refused, nothing changed');
    expect(await run(['commands', items[0]?.id ?? '', '--wait'])).toMatchObject({ code: 3 });
    expect(await run(['commands', items[0]?.id ?? '', '--cancel'])).toMatchObject({ code: 1 });
  });

  test.each([
    [['commands', '--cancel'], 2],
    [['commands', '--wait'], 2],
    [['commands', '--from', 'yesterday'], 2],
    [['commands', '--from', '2026-02-31'], 2],
    [['commands', '--to', '2026-13-01'], 2],
    [['commands', '--from', '2000-01-01'], 0],
    [['commands', '--from', '2000-01-01T00:00:00+02:00'], 0],
    [['history', 'psu-1', 'value', '--from', 'yesterday'], 2],
    [['devices', '--state', 'offlin'], 2],
    [['devices', '--state', 'offline'], 0],
    [['commands', '00000000-0000-7000-8000-000000000000'], 7],
    [['commands', '--outcome', 'well'], 2],
  ])('%j ends with %i', async (args, code) => {
    const { run } = await lab();
    expect(await run(args)).toMatchObject({ code });
  });
});

test('models, and one with its options', async () => {
  const { run } = await lab();
  expect((await run(['models'])).stdout).toMatch(/toy +serial tcp +A line device for tests/);
  expect((await run(['models', 'toy'])).stdout).toContain('sweep');
  expect(await run(['models', 'tyo'])).toMatchObject({ code: 7 });
});

test('stop of several is one document, in which each has its place', async () => {
  const { run } = await lab();
  const { code, stdout, stderr } = await run(['stop', 'psu-1', 'pus-1', '--json']);
  expect(code).toBe(7);
  expect(JSON.parse(stdout)).toMatchObject({
    items: [
      { device: 'psu-1', outcome: 'succeeded' },
      { device: 'pus-1', error: { code: 'device-not-found' } },
    ],
  });
  expect(stderr).toContain('Did you mean "psu-1"?');
  expect(JSON.parse((await run(['stop', 'psu-1', '--json'])).stdout)).toMatchObject({ outcome: 'succeeded' });
  expect(JSON.parse((await run(['stop', 'pus-1', '--json'])).stdout)).toMatchObject({ code: 'device-not-found' });
});

test('stop of all says what it knows of each, and releasing all must be asked for', async () => {
  const { run, toy } = await lab();
  expect(await run(['stop', '--json'])).toMatchObject({ code: 0 });
  expect(toy.executed).toEqual(['STOP']);
  expect(await run(['stop', '--release'])).toMatchObject({ code: 2 });
  expect(await run(['stop', '--release', '--all'])).toMatchObject({ code: 0 });
  toy.mute = true;
  const { code, stderr } = await run(['stop', 'psu-1']);
  expect(code).toBe(6);
  expect(stderr).toContain('stop of psu-1 (simulated) has an unknown outcome');
  expect(stderr).toContain('it is latched. Make sure that it is safe.');
});

describe('who asks', () => {
  /** A service that turns everybody away, and keeps what it was asked. */
  async function closed(status: number, code: string) {
    const asked: IncomingMessage[] = [];
    const server = createServer((request, response) => {
      asked.push(request);
      const body = { type: `/problems/${code}`, title: 't', status, detail: 'not you', code, retryable: false };
      response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(body));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }; // it listens on a port
  }

  test('the key is sent as a bearer’s, and printed nowhere', async () => {
    const { asked, url } = await closed(401, 'unauthenticated');
    const { code, said } = call(['devices', '--url', url], { env: { BELLCRANK_API_KEY: 'secret-key' } });
    expect(await code).toBe(9);
    expect(asked[0]?.headers.authorization).toBe('Bearer secret-key');
    expect(said.stderr).toBe('not you\nThe key of BELLCRANK_API_KEY was not taken.\n');
    expect(said.stdout).toBe('');
  });

  test('without a key it is said how to name one', async () => {
    const { asked, url } = await closed(401, 'unauthenticated');
    const { code, said } = call(['get', 'psu-1', '--url', url]);
    expect(await code).toBe(9);
    expect(asked[0]?.headers.authorization).toBeUndefined();
    expect(said.stderr).toContain('No key was sent; name one with --api-key-file');
  });

  test('not allowed', async () => {
    const { url } = await closed(403, 'forbidden');
    expect(await call(['stop', '--url', url]).code).toBe(9);
  });

  test('something else answers there', async () => {
    const server = createServer((_, response) => response.end('<html>hello</html>')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
    const { code, said } = call(['send', 'psu-1', 'pulse', '--url', url]);
    expect(await code).toBe(8);
    expect(said.stderr).toContain('is no Bellcrank');
  });

  test('a connection that breaks after a command was sent is an unknown outcome, with the key that settles it', async () => {
    const { http, run, toy } = await lab();
    const relay = createServer((request, response) => {
      if (request.method === 'POST') request.socket.destroy();
      else {
        void http.inject({ method: 'GET', url: request.url ?? '' }).then((answer) => {
          response.writeHead(answer.statusCode, { 'content-type': 'application/json' }).end(answer.body);
        });
      }
    }).listen(0, '127.0.0.1');
    await once(relay, 'listening');
    onTestFinished(() => void relay.close());
    const url = `http://127.0.0.1:${(relay.address() as AddressInfo).port}`; // it listens on a port
    const { code, said } = call(['send', 'psu-1', 'pulse', '--url', url]);
    expect(await code).toBe(6);
    expect(said.stderr).toContain('psu-1 pulse has an unknown outcome: it may have happened or not');
    const [, key = ''] = /--idempotency-key (\S+)/.exec(said.stderr) ?? [];
    expect(await run(['send', 'psu-1', 'pulse', '--idempotency-key', key])).toMatchObject({ code: 0 });
    expect(toy.executed).toEqual(['PULSE']);
  });
});

test('nobody there: how to start the service', async () => {
  const { http, url } = await lab();
  await http.close();
  const { code, said } = call(['devices', '--url', url]);
  expect(await code).toBe(8);
  expect(said.stderr).toContain('Start it with: bellcrank serve --config FILE.');
  const sent = call(['send', 'psu-1', 'pulse', '--url', url, '--json']);
  expect(await sent.code).toBe(8);
  expect(JSON.parse(sent.said.stdout)).toMatchObject({ code: 'unreachable', sent: 'no' });
});

describe('completion', () => {
  test.each([
    ['bellcrank comm', ['commands']],
    ['bellcrank send ps', ['psu-1']],
    ['bellcrank send psu-1 s', ['set', 'stubborn', 'sweep']],
    ['bellcrank send psu-1 set ', ['value=']],
    ['bellcrank set psu-1 ', ['setpoint']],
    ['bellcrank get psu-1 v', ['value']],
    ['bellcrank lease rel', ['release']],
    ['bellcrank lease take ', ['psu-1']],
    ['bellcrank watch --type al', ['alarm']],
    ['bellcrank commands --outcome un', ['unknown']],
    ['bellcrank get --fr', ['--fresh']],
    ['bellcrank nonesuch ', []],
    ['bellcrank get nonesuch ', []],
  ])('%s', async (line, words) => {
    const { url } = await lab();
    const { code, said } = call(['__complete', line], { env: { BELLCRANK_URL: url } });
    expect(await code).toBe(0);
    expect(said).toEqual({ stdout: words.map((word) => `${word}\n`).join(''), stderr: '' });
  });

  test('the service of the line is asked; nobody there is nothing to say', async () => {
    const { url, http } = await lab();
    const line = `bellcrank get --url ${url} `;
    const there = call(['__complete', line]);
    expect([await there.code, there.said]).toEqual([0, { stdout: 'psu-1\n', stderr: '' }]);
    await http.close();
    const gone = call(['__complete', line]);
    expect([await gone.code, gone.said]).toEqual([0, { stdout: '', stderr: '' }]);
  });
});

test('watch says who holds a device, and until when', async () => {
  const { start, run } = await lab();
  await run(['lease', 'take', 'psu-1', '--note', 'mine']);
  const { code, said, interrupt } = start(['watch', '--type', 'lease']);
  await soon(() => expect(said.stdout).toMatch(/psu-1 {2}lease held by anonymous until \S+Z, mine {2}simulated\n/));
  await run(['lease', 'take', 'psu-1', '--steal']);
  await soon(() => expect(said.stdout).toMatch(/lease stolen by anonymous until \S+Z {2}simulated\n$/));
  interrupt();
  expect(await code).toBe(0);
});

test('watch tells how things stand, and ends when nobody reads any more', async () => {
  const { start } = await lab();
  const { code, said, hangUp } = start(['watch', 'psu-1', '--type', 'property']);
  await soon(() => expect(said.stdout).toContain('psu-1  setpoint = '));
  expect(said.stdout).toContain('simulated');
  hangUp();
  expect(await code).toBe(0);
  const json = start(['watch', '--json']);
  await soon(() => expect(json.said.stdout).toContain('"synced"'));
  json.interrupt();
  expect(await json.code).toBe(0);
  const types = json.said.stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { type: string }).type);
  expect([types[0], types.at(-1)]).toEqual(['snapshot', 'synced']);
  const missing = start(['watch', 'pus-1']);
  expect([await missing.code, missing.said.stderr]).toEqual([7, expect.stringContaining('"psu-1"')]);
  expect(await start(['watch', '--type', 'proprety']).code).toBe(2);
});

test('a call that names too little, or too much, says what is missing or which to leave out', async () => {
  const { run } = await lab();
  const stderr = async (...args: string[]) => (await run(args)).stderr;
  expect(await stderr('send')).toBe('error: say which device, and what of it\n(--help tells more)\n');
  const named = /^error: say what of psu-1; bellcrank devices psu-1 lists it\n/;
  expect(await stderr('send', 'psu-1')).toMatch(named);
  expect(await stderr('set', 'psu-1')).toMatch(named);
  const key = ['keys', 'create', '--name', 'a', '--role', 'viewer', '--scope', 'read'];
  expect(await stderr(...key)).toBe('--role and --scope: leave one out\n');
});

test('what is wrong with a file is told with every place of it, and nothing twice', async () => {
  const text =
    'the configuration is not taken; nothing has changed: lab.yaml:2:3: server.prot: is not known, and 2 more';
  const place = { source: 'lab.yaml', line: 2, column: 3 };
  const errors = [
    { pointer: '/server/prot', detail: 'is not known', ...place },
    { pointer: '/devices/a/driver', detail: 'is required', source: 'lab.yaml', line: 7, column: 5 },
    { pointer: '/server/port', detail: 'must be integer', source: 'BELLCRANK_SERVER__PORT' },
  ];
  const server = createServer((_, response) => {
    const body = { type: '/problems/invalid-request', title: 't', status: 400, code: 'invalid-request', errors };
    const head = { 'content-type': 'application/problem+json' };
    response.writeHead(400, head).end(JSON.stringify({ ...body, detail: text, retryable: false }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // it listens on a port
  const { code, said } = call(['reload', '--url', `http://127.0.0.1:${port}`]);
  expect(await code).toBe(7);
  expect(said.stderr.split('\n')).toEqual([
    text,
    '  lab.yaml:7:5: /devices/a/driver: is required',
    '  BELLCRANK_SERVER__PORT: /server/port: must be integer',
    '',
  ]);
});
