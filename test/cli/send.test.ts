import { describe, expect, test, vi } from 'vitest';
import { scpiSupply } from '../../drivers/scpi-supply/driver.ts';
import { createLab } from '../../src/testing/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { call, type Called, toyService } from './lab.ts';

/** The machine may be busy. */
const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 10_000 });

/** Longer in the service's time than it takes in real time. */
const withinMs = 10_000_000;

async function lab(settings = {}) {
  const service = await toyService(settings);
  const start = (args: readonly string[], more = {}): Called => call([...args, '--url', service.url], more);
  const run = async (args: readonly string[], more = {}) => {
    const { code, said } = start(args, more);
    return { code: await service.rig.settled(code, withinMs), ...said };
  };
  return { ...service, start, run };
}

test('a device without commands says what else it can be told', async () => {
  const { commands } = scpiSupply.model;
  await using service = await createLab({ devices: { psu: { model: 'scpi-supply', deny: Object.keys(commands) } } });
  const { url } = await service.listen();
  const said = async (args: readonly string[]) => {
    const { code, said: texts } = call([...args, '--url', url]);
    return [await service.settled(code), texts.stdout + texts.stderr];
  };
  expect(await said(['send', 'psu', '--help'])).toEqual([
    0,
    'psu has no commands; what it can be told is a property: bellcrank set psu voltage-setpoint VALUE\n',
  ]);
  expect(await said(['send', 'psu', 'write:voltage-setpoint', 'value=5'])).toEqual([
    7,
    expect.stringContaining('voltage-setpoint is a property: bellcrank set psu voltage-setpoint VALUE'),
  ]);
});

describe('what became of it', () => {
  test('succeeded', async () => {
    const { run, toy } = await lab();
    expect(await run(['send', 'psu-1', 'set', 'value=5'])).toEqual({
      code: 0,
      stdout: 'psu-1 set (simulated) succeeded (acknowledged)\n  value: 5\n',
      stderr: '',
    });
    expect(toy.executed).toEqual(['SET 5']);
  });

  test('refused: nothing changed', async () => {
    const { run } = await lab();
    const { code, stdout, stderr } = await run(['send', 'psu-1', 'set', 'value=99']);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('psu-1 set (simulated) was refused, nothing changed: ERR 99');
  });

  test('failed: a read got no valid answer', async () => {
    const { run, toy } = await lab();
    toy.twist = (line, reply) => (line === 'GET?' ? 'nonsense' : reply);
    const { code, stderr } = await run(['send', 'psu-1', 'ask']);
    expect(code).toBe(4);
    expect(stderr).toContain('psu-1 ask (simulated) failed: ');
  });

  test('not sent: the device is away', async () => {
    const { run, line, rig, toy } = await lab();
    line.down = true;
    await line.cut();
    await rig.until(() => rig.device('psu-1').state === 'offline');
    const { code, stderr } = await run(['send', 'psu-1', 'pulse']);
    expect(code).toBe(5);
    expect(stderr).toContain('offline');
    expect(stderr).toContain('bellcrank devices psu-1');
    expect(toy.executed).toEqual([]);
  });

  test('unknown: it is not told as success or failure, and what to do is said', async () => {
    const { run, toy } = await lab();
    toy.mute = true;
    const { code, stdout, stderr } = await run(['send', 'psu-1', 'pulse']);
    expect([code, stdout]).toEqual([6, '']);
    expect(stderr).toContain('psu-1 pulse (simulated) has an unknown outcome: it may have happened or not: ');
    expect(stderr).toContain('Look at the device before you send it again: bellcrank get psu-1 --fresh');
    expect(stderr).not.toMatch(/succeeded|failed|refused/);
    expect(toy.executed).toEqual(['PULSE']);
  });

  test('not valid: everything that is wrong at once, and nothing is sent', async () => {
    const { run, toy } = await lab();
    const { code, stderr } = await run(['send', 'psu-1', 'set', 'vale=5', 'x']);
    expect(code).toBe(7);
    expect(stderr).toBe(
      [
        'psu-1 set: not sent',
        '  x is no name=value',
        '  vale is not known; did you mean "value"?',
        '  value is required',
        'What it takes: bellcrank send psu-1 set --help',
        '',
      ].join('\n'),
    );
    const range = await run(['send', 'psu-1', 'set', 'value=101']);
    expect(range.code).toBe(7);
    expect(range.stderr).toContain('value must be <= 100');
    expect(toy.executed).toEqual([]);
  });

  test('there is no such device or command: the nearest ones', async () => {
    const { run } = await lab();
    const device = await run(['send', 'pus-1', 'set', 'value=1']);
    expect([device.code, device.stderr]).toEqual([7, expect.stringContaining('Did you mean "psu-1"?')]);
    const command = await run(['send', 'psu-1', 'sett', 'value=1']);
    expect([command.code, command.stderr]).toEqual([7, 'psu-1 has no command "sett"; did you mean "set"?\n']);
    for (const name of ['setpoint', 'write:setpoint']) {
      const { code, stderr } = await run(['send', 'psu-1', name, 'value=1']);
      const instead = 'setpoint is a property: bellcrank set psu-1 setpoint VALUE';
      expect([code, stderr]).toEqual([7, `psu-1 has no command "${name}"; ${instead}\n`]);
    }
    const joined = await run(['set', 'psu-1', 'setpoint=1']);
    const apart = 'its value stands apart: bellcrank set psu-1 setpoint VALUE';
    expect([joined.code, joined.stderr]).toEqual([7, `psu-1 has no property "setpoint=1"; ${apart}\n`]);
    const property = await run(['set', 'psu-1', 'setpiont', '1']);
    expect([property.code, property.stderr]).toEqual([
      7,
      'psu-1 has no property "setpiont"; did you mean "setpoint"?\n',
    ]);
  });

  test('blocked: who has it, and how to get it', async () => {
    const { run, http, toy } = await lab();
    await http.inject({ method: 'PUT', url: '/v1/devices/psu-1/lease', payload: { ttlMs: 600_000, note: 'mine' } });
    const { code, stderr } = await run(['send', 'psu-1', 'pulse']);
    expect(code).toBe(10);
    expect(stderr).toContain('"mine"');
    expect(stderr).toContain('To take it from anonymous: bellcrank lease take psu-1 --steal');
    expect(toy.executed).toEqual([]);
  });

  test('stopped is blocked as well, until it is released', async () => {
    const { run, toy } = await lab();
    expect(await run(['stop', 'psu-1'])).toMatchObject({
      code: 0,
      stdout: 'stop of psu-1 (simulated) succeeded (acknowledged); it is latched\n',
    });
    const { code, stderr } = await run(['send', 'psu-1', 'pulse']);
    expect([code, stderr]).toEqual([10, expect.stringContaining('bellcrank stop psu-1 --release')]);
    expect(await run(['stop', 'psu-1', '--release'])).toMatchObject({ code: 0 });
    expect(await run(['send', 'psu-1', 'pulse'])).toMatchObject({ code: 0 });
    expect(toy.executed).toEqual(['STOP', 'PULSE']);
  });
});

describe('for programs', () => {
  test('the record whatever became of it, and nothing else on the standard output', async () => {
    const { run, toy } = await lab();
    const good = await run(['send', 'psu-1', 'set', 'value=5', '--json']);
    expect(JSON.parse(good.stdout)).toMatchObject({ outcome: 'succeeded', simulated: true, params: { value: 5 } });
    const refused = await run(['send', 'psu-1', 'set', 'value=99', '--json']);
    expect(JSON.parse(refused.stdout)).toMatchObject({ outcome: 'refused', error: { code: 'device-refused' } });
    toy.mute = true;
    const unknown = await run(['send', 'psu-1', 'pulse', '--json']);
    expect(JSON.parse(unknown.stdout)).toMatchObject({ outcome: 'unknown', simulated: true });
    const invalid = await run(['send', 'psu-1', 'set', 'value=x', '--json']);
    expect(JSON.parse(invalid.stdout)).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '/value' }] });
    const missing = await run(['send', 'pus-1', 'set', '--json']);
    expect(JSON.parse(missing.stdout)).toMatchObject({ code: 'device-not-found', status: 404 });
  });

  test('parameters as JSON, from the command line or piped in', async () => {
    const { run, toy } = await lab();
    expect(await run(['send', 'psu-1', 'set', '--json-params', '{"value":7}'])).toMatchObject({ code: 0 });
    expect(await run(['send', 'psu-1', 'set', '-'], { input: '{"value":8}' })).toMatchObject({ code: 0 });
    expect(await run(['send', 'psu-1', 'set', '-', 'value=9'], { input: '{"value":8}' })).toMatchObject({ code: 0 });
    expect(toy.executed).toEqual(['SET 7', 'SET 8', 'SET 9']);
    const broken = await run(['send', 'psu-1', 'set', '-'], { input: '{' });
    expect([broken.code, broken.stderr]).toEqual([2, expect.stringContaining('the standard input is not JSON')]);
  });

  test('the same key is executed once', async () => {
    const { run, toy } = await lab();
    const args = ['send', 'psu-1', 'pulse', '--idempotency-key', 'a "key"', '--json'];
    const [first, second] = [await run(args), await run(args)];
    expect(JSON.parse(second.stdout)).toEqual(JSON.parse(first.stdout));
    expect(toy.executed).toEqual(['PULSE']);
    const other = await run(['send', 'psu-1', 'set', 'value=1', '--idempotency-key', 'a "key"']);
    expect([other.code, other.stderr]).toEqual([7, expect.stringContaining('take a new one')]);
  });

  test('what would be sent is told, and is not sent', async () => {
    const { run, toy } = await lab();
    const { code, stdout } = await run(['send', 'psu-1', 'set', 'value=5', '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toContain('psu-1 set (simulated): nothing was sent (dry run)');
    expect(stdout).toContain(String.raw`would send: "SET 5\n" (5345542035`);
    await run(['stop', 'psu-1']);
    const stopped = await run(['send', 'psu-1', 'set', 'value=5', '--dry-run', '--json']);
    expect(stopped.code).toBe(10);
    expect(JSON.parse(stopped.stdout)).toMatchObject({ dryRun: true, allowed: false });
    expect(toy.executed).toEqual(['STOP']);
  });
});

describe('waiting', () => {
  test('--async says what was accepted, and commands --wait what became of it', async () => {
    const { run, toy } = await lab();
    toy.held = [];
    const accepted = await run(['send', 'psu-1', 'set', 'value=5', '--async']);
    expect(accepted.code).toBe(0);
    const id = accepted.stdout.trim();
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(accepted.stderr).toContain(`bellcrank commands ${id} --wait`);
    toy.release();
    const ended = await run(['commands', id, '--wait']);
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('succeeded') });
  });

  test('--wait ends the waiting and not the command', async () => {
    const { run, toy, rig } = await lab();
    toy.held = [];
    const { code, stderr, stdout } = await run(['send', 'psu-1', 'set', 'value=5', '--wait', '0']);
    expect([code, stderr]).toEqual([11, expect.stringContaining('it goes on without you')]);
    toy.release();
    await rig.until(() => rig.ended.length === 1);
    expect(rig.ended[0]).toMatchObject({ id: stdout.trim(), outcome: 'succeeded' });
  });

  test('--timeout gives the command less time', async () => {
    const { run, toy, rig } = await lab();
    toy.mute = true;
    expect(await run(['send', 'psu-1', 'pulse', '--timeout', '0.05'])).toMatchObject({ code: 6 });
    const [record] = rig.ended;
    expect((record?.endedAt ?? 0) - (record?.submittedAt ?? 0)).toBeLessThan(200);
  });

  /** One that is held by the device, or waits behind it, and a person whose own time stands still. */
  async function waiting(...options: readonly string[]) {
    const service = await lab();
    service.toy.held = [];
    const args = ['send', 'psu-1', 'set', 'value=5', '--wait', '0.9', ...options];
    /** The service does what is due, and no time passes. */
    const soonest = async <T>(promise: Promise<T>): Promise<T> => {
      let done = false;
      const watched = promise.finally(() => (done = true));
      await soon(async () => {
        await service.rig.clock.advance(0);
        expect(done).toBe(true);
      });
      return await watched;
    };
    return { ...service, soonest, begin: () => service.start(args, { clock: new VirtualClock() }) };
  }

  test('Ctrl+C: what is known of it, and that it goes on', async () => {
    const { rig, begin, toy, soonest } = await waiting();
    const { code, said, interrupt } = begin();
    await soon(() => expect(toy.executed).toEqual(['SET 5']));
    interrupt();
    expect(await soonest(code)).toBe(11);
    expect(said.stderr).toContain(
      'psu-1 set (simulated) has left, and its end is not known yet; it goes on without you',
    );
    toy.release();
    await rig.until(() => rig.ended.length === 1);
    expect(rig.ended[0]).toMatchObject({ id: said.stdout.trim(), outcome: 'succeeded' });
  });

  test('Ctrl+C with --cancel-on-interrupt: what has not left never does', async () => {
    const { rig, begin, toy, soonest } = await waiting('--cancel-on-interrupt');
    const before = rig.submit('psu-1', 'set', { value: 1 });
    await soon(() => expect(toy.executed).toEqual(['SET 1']));
    const { code, said, interrupt } = begin();
    await soon(() => expect(rig.device('psu-1').lane.waiting).toBe(1));
    interrupt();
    expect(await soonest(code)).toBe(5);
    expect(said.stderr).toContain('psu-1 set (simulated) was not sent (cancelled)');
    toy.release();
    await rig.settled(before);
    expect(toy.executed).toEqual(['SET 1']);
  });

  test('Ctrl+C with --cancel-on-interrupt: what has left goes on, and that is said', async () => {
    const { begin, toy, soonest } = await waiting('--cancel-on-interrupt');
    const { code, said, interrupt } = begin();
    await soon(() => expect(toy.executed).toEqual(['SET 5']));
    interrupt();
    expect(await soonest(code)).toBe(11);
    expect(said.stderr).toContain('has left, or is about to');
    expect(said.stderr).toContain('it goes on without you');
  });
});

describe('leases', () => {
  test('whoever has the token passes', async () => {
    const { run, toy } = await lab();
    const taken = await run(['lease', 'take', 'psu-1', '--ttl', '3600', '--note', 'calibration']);
    const token = taken.stdout.trim();
    expect(taken.stderr).toContain('psu-1 (simulated) is held by anonymous until');
    expect(await run(['send', 'psu-1', 'pulse'])).toMatchObject({ code: 10 });
    expect(await run(['send', 'psu-1', 'pulse', '--lease', token])).toMatchObject({ code: 0 });
    expect(await run(['set', 'psu-1', 'setpoint', '3'], { env: { BELLCRANK_LEASE: `psu-1:${token}` } })).toMatchObject({
      code: 0,
    });
    expect(await run(['lease', 'show', 'psu-1'])).toMatchObject({ stdout: expect.stringContaining('calibration') });
    expect(await run(['lease', 'release', 'psu-1', '--lease', token])).toMatchObject({ code: 0 });
    expect(await run(['lease', 'show', 'psu-1'])).toMatchObject({ code: 0, stdout: 'nobody holds psu-1\n' });
    const lost = await run(['send', 'psu-1', 'pulse', '--lease', token]);
    expect([lost.code, lost.stderr]).toEqual([10, expect.stringContaining('bellcrank lease take psu-1')]);
    expect(toy.executed).toEqual(['PULSE', 'SET 3']);
  });

  test('renewed and stolen', async () => {
    const { run } = await lab();
    const token = (await run(['lease', 'take', 'psu-1', '--ttl', '3600'])).stdout.trim();
    expect(await run(['lease', 'take', 'psu-1'])).toMatchObject({ code: 10 });
    const renewed = await run(['lease', 'renew', 'psu-1', '--ttl', '7200', '--lease', token, '--json']);
    expect(JSON.parse(renewed.stdout)).toMatchObject({ ttlMs: 7_200_000, device: 'psu-1' });
    expect(renewed.stdout).not.toContain(token);
    const stolen = await run(['lease', 'take', 'psu-1', '--steal', '--ttl', '3600', '--json']);
    expect(JSON.parse(stolen.stdout)).toMatchObject({ stolenFrom: 'anonymous', token: expect.any(String) as string });
    expect(await run(['lease', 'renew', 'psu-1', '--lease', token])).toMatchObject({ code: 10 });
    expect(await run(['lease', 'renew', 'psu-1'])).toMatchObject({ code: 2 });
  });
});

test('the help of a command is what the device says of it', async () => {
  const { run } = await lab();
  const { code, stdout } = await run(['send', 'psu-1', 'set', '--help']);
  expect(code).toBe(0);
  expect(stdout).toContain('Usage: bellcrank send psu-1 set value=…');
  expect(stdout).toMatch(/value +required +number, 0 to 100/);
  expect(stdout).toContain('idempotent: ');
  expect(stdout).toContain('(simulated)');
  expect((await run(['send', 'psu-1', '--help'])).stdout).toContain('optimist');
  expect((await run(['set', 'psu-1', 'setpoint', '--help'])).stdout).toContain('number, 0 to 100');
  expect((await run(['send', '--help'])).stdout).toContain('name=value');
});

test.each([
  [['send'], 'say which device'],
  [['send', 'psu-1'], 'say what of psu-1'],
  [['set', 'psu-1', 'setpoint'], 'say what psu-1 setpoint is to be'],
  [['set', 'psu-1', 'setpoint', '1', '--wait', 'x'], 'number of seconds'],
  [['send', '..', 'x'], 'It is no name'],
  [['send', 'psu-1', 'set', '--lease', 'a b'], 'must be a token'],
])('%j is a wrong call', async (args, what) => {
  const { run } = await lab();
  const { code, stderr } = await run(args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(what)]);
});

test('a property is written by its type', async () => {
  const { run, toy } = await lab();
  expect(await run(['set', 'psu-1', 'setpoint', '12.5'])).toMatchObject({
    code: 0,
    stdout: 'psu-1 write:setpoint (simulated) succeeded (acknowledged)\n',
  });
  expect(await run(['set', 'psu-1', 'setpoint', '--json-value', '3'])).toMatchObject({ code: 0 });
  expect(await run(['set', 'psu-1', 'setpoint', '-5'])).toMatchObject({
    code: 7,
    stderr: expect.stringContaining('must be >= 0') as string,
  });
  expect(await run(['set', 'psu-1', 'value', '5'])).toMatchObject({ code: 7 });
  expect(toy.executed).toEqual(['SET 12.5', 'SET 3']);
});
