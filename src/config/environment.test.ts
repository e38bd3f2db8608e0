import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { load, problemsOf } from './fixture.ts';

const text = 'server: { port: 1111 }\nlog: { level: warn }\n';

test('the environment wins over the file, and the command line over both', async () => {
  const env = { BELLCRANK_PORT: '2222', BELLCRANK_HOST: 'localhost', BELLCRANK_LOG_LEVEL: 'debug' };
  expect(await load(text, { env })).toMatchObject({
    config: { server: { port: 2222, host: 'localhost' }, log: { level: 'debug' } },
  });
  expect(await load(text, { env, flags: { port: '3333', host: '::1', logLevel: 'error' } })).toMatchObject({
    config: { server: { port: 3333, host: '::1' }, log: { level: 'error' } },
  });
});

test('every single value of the fixed sections has a variable, and a section need not stand in the file', async () => {
  const env = {
    BELLCRANK_SERVER__PORT: '0',
    BELLCRANK_SERVER__BODY_LIMIT_BYTES: '2048',
    BELLCRANK_DEFINITIONS__RELOAD: 'true',
    BELLCRANK_TRACING__ENDPOINT: 'http://127.0.0.1:4318',
    BELLCRANK_TRACING__RATIO: '0.25',
    BELLCRANK_SIMULATION__BROKER_PORT: '1883',
    BELLCRANK_SIMULATION__DIRECTORY: '1234',
  };
  expect(await load('{}', { env })).toMatchObject({
    config: {
      server: { port: 0, bodyLimitBytes: 2048 },
      definitions: { reload: true },
      tracing: { ratio: 0.25 },
      simulation: { brokerPort: 1883, directory: resolve('1234') },
    },
  });
});

test('a text that is no number is none, however much it looks like one', async () => {
  for (const text of ['0,5', '.5', '5.', '1e-1', ' 0.5', '0x1', 'NaN']) {
    const env = { BELLCRANK_TRACING__RATIO: text };
    expect(await problemsOf('{}', { env })).toEqual([
      'BELLCRANK_TRACING__RATIO: tracing.ratio: must be number, not a string',
    ]);
  }
});

test('a wrong value names the variable or the option that set it', async () => {
  const env = { BELLCRANK_PORT: 'tcp://10.0.0.1:7080', BELLCRANK_HOST: '0.0.0.0', BELLCRANK_LOG_LEVEL: '' };
  expect(await problemsOf(text, { env })).toEqual([
    'BELLCRANK_PORT: server.port: must be integer, not a string',
    'BELLCRANK_LOG_LEVEL: log.level: must be one of "trace", "debug", "info", "warn", "error", "fatal", "silent"',
  ]);
  expect(await problemsOf(text, { flags: { host: '', port: '65536' } })).toEqual([
    '--host: server.host: must NOT have fewer than 1 characters',
    '--port: server.port: must be <= 65535',
  ]);
});

test('a good value from outside replaces a wrong one in the file', async () => {
  expect(await problemsOf('server: { port: -1 }', { env: { BELLCRANK_PORT: '7080' } })).toEqual([]);
});

test('a variable that names no setting is told, unless it may be someone else’s', async () => {
  expect(
    await problemsOf(text, {
      env: {
        BELLCRANK_SERVER__PROT: '1',
        BELLCRANK_SERVER__ALLOWED_HOSTS: 'a',
        BELLCRANK_SERVICE_HOST: '10.0.0.1',
        BELLCRANK_TEST_LONG: '1',
      },
    }),
  ).toEqual([
    'BELLCRANK_SERVER__PROT: names no setting; did you mean "BELLCRANK_SERVER__PORT"?',
    expect.stringMatching(/^BELLCRANK_SERVER__ALLOWED_HOSTS: names no setting/),
  ]);
});

test('two variables for one value are told, since one would be ignored', async () => {
  expect(await problemsOf(text, { env: { BELLCRANK_PORT: '1', BELLCRANK_SERVER__PORT: '2' } })).toEqual([
    'BELLCRANK_PORT: is set beside BELLCRANK_SERVER__PORT, which means the same; unset one of them',
  ]);
});

test('a section that is not a mapping is told as such, and overriding does not hide it', async () => {
  expect(await problemsOf('server: 7080', { env: { BELLCRANK_PORT: '1' } })).toEqual([
    'lab.yaml:1:9: server: must be object, not a number',
  ]);
});
