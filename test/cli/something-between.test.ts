import { expect, test } from 'vitest';
import { runCommandLine } from '../../src/cli/program.ts';
import { systemClock } from '../../src/clock.ts';
import { eventServer } from '../support/event-server.ts';

type Answer = readonly [status: number, type: string, body: string];

const strangers: Answer[] = [
  [200, 'text/html', '<h1>Sign in'],
  [200, 'application/json', '{}'],
  [204, 'text/plain', ''],
];

const never = (): never => {
  throw new Error('it is not needed here');
};

/** Calls the command line, in this process, on something that knows of a device and answers all else like this. */
async function called(args: readonly string[], [status, type, body]: Answer) {
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
      const { request, response, answer } = await server.next();
      const device = { id: 'psu-1', commands: { start: { params: { type: 'object' } } }, properties: {}, events: {} };
      if (request.method === 'GET') answer(200, device);
      else response.writeHead(status, { 'content-type': type }).end(body);
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
