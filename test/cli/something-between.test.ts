import { expect, test } from 'vitest';
import { runCommandLine } from '../../src/cli/program.ts';
import { systemClock } from '../../src/clock.ts';
import { type Caller, eventServer } from '../support/event-server.ts';

type Answer = readonly [status: number, type: string, body: string];
/** Instead of an answer: as when the service is killed. */
type Serve = (caller: Caller) => void;

const strangers: Answer[] = [
  [200, 'text/html', '<h1>Sign in'],
  [200, 'application/json', '{}'],
  [204, 'text/plain', ''],
];

const never = (): never => {
  throw new Error('it is not needed here');
};

/** Calls the command line, in this process, on something that knows of a device and answers all else like this. */
async function called(args: readonly string[], how: Answer | Serve) {
  const server = await eventServer();
  const said = { out: '', err: '' };
  const code = runCommandLine([...args, '--url', server.url], {
    loadParts: never,
    createLog: never,
    clock: systemClock,
    version: '0.0.0',
    env: { XDG_CONFIG_HOME: '/nowhere' },
    shutdown: new AbortController().signal,
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
  });
  const serve = async (): Promise<void> => {
    for (;;) {
      const caller = await server.next();
      const { request, response, answer } = caller;
      const device = { id: 'psu-1', commands: { start: { params: { type: 'object' } } }, properties: {}, events: {} };
      if (typeof how === 'function' && (request.method !== 'GET' || request.url !== '/v1/devices/psu-1')) how(caller);
      else if (request.method === 'GET' || typeof how === 'function') answer(200, device);
      else response.writeHead(how[0], { 'content-type': how[1] }).end(how[2]);
    }
  };
  void serve();
  return { code: await code, ...said };
}

test.each(strangers)('an answer of %i %s %s leaves the outcome of a command unknown', async (...answer) => {
  const { code, out, err } = await called(['send', 'psu-1', 'start', '--json'], answer);
  expect(err).toContain('unknown outcome');
  expect(JSON.parse(out)).toMatchObject({ outcome: 'unknown', command: 'start' });
  expect(code).toBe(6);
});

test.each(strangers)('an answer of %i %s %s to a stop is none, and says nothing of a latch', async (...answer) => {
  for (const which of [['psu-1'], []]) {
    const { code, err } = await called(['stop', ...which], answer);
    expect(err).toContain('is not Bellcrank');
    expect(err).not.toContain('latched');
    expect(code).toBe(1);
  }
});

test.each(strangers)('an answer of %i %s %s is no lease, no acknowledgement and no dry run', async (...answer) => {
  const asked = [
    ['lease', 'take', 'psu-1'],
    ['alarms', '--acknowledge', 'a-1'],
    ['send', 'psu-1', 'start', '--dry-run'],
  ];
  for (const args of asked) {
    const { code, err, out } = await called(args, answer);
    expect(err).toContain('is not Bellcrank');
    expect(out).toBe('');
    expect(code).toBe(1);
  }
});

const cut: Serve = (caller) => caller.cut();

test.each([
  ['stop', 'psu-1'],
  ['stop'],
  ['stop', 'psu-1', '--release'],
  ['lease', 'take', 'psu-1'],
  ['alarms', '--acknowledge', 'a-1'],
  ['commands', 'c-1', '--cancel'],
  ['reload'],
])('what may have arrived is not said to be not sent: %s %s', async (...args) => {
  const { code, err, out } = await called([...args, '--json'], cut);
  expect(err).toContain('the request may have arrived');
  expect(JSON.parse(out)).toMatchObject({ code: 'unreachable', sent: 'maybe' });
  expect(code).toBe(6);
});

test('a question that has no answer has sent nothing, before a command as well', async () => {
  for (const args of [
    ['devices', 'psu-2'],
    ['send', 'psu-2', 'start'],
    ['send', 'psu-1', 'start', '--dry-run'],
    ['reload', '--dry-run'],
  ]) {
    const { code, err, out } = await called([...args, '--json'], cut);
    expect(err).toContain('gave no answer: ');
    expect(JSON.parse(out)).toMatchObject({ code: 'unreachable', sent: 'no' });
    expect(code).toBe(8);
  }
});

test.each([
  [401, 'unauthenticated'],
  [403, 'forbidden'],
  [404, 'not-found'],
])('a command that was accepted and whose end is not told (%i) is unknown', async (status, code) => {
  const problem = { code, status, title: 'No', detail: 'you may not', type: '', retryable: false };
  const accepted = { id: 'c-1', device: 'psu-1', command: 'start', state: 'queued', simulated: false };
  const serve: Serve = ({ request, answer }) => {
    if (request.method === 'POST') answer(202, accepted);
    else answer(status, problem);
  };
  const said = await called(['send', 'psu-1', 'start', '--json'], serve);
  expect(said.err).toContain('psu-1 start was accepted, and what became of it is not known: you may not');
  expect(said.err).toContain('bellcrank commands c-1 --wait');
  expect(JSON.parse(said.out)).toMatchObject({ outcome: 'unknown', commandId: 'c-1', command: 'start' });
  expect(said.code).toBe(6);
});
