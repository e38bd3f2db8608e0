import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { expect, test, vi } from 'vitest';
import { start } from '../cli/run.ts';
import { startService } from '../process/service.ts';
import { ask, keyed } from './keyed.ts';
import { built } from '../support/built.ts';

vi.setConfig({ testTimeout: 60_000 });

const elsewhere = 'server: { host: 0.0.0.0, port: 0 }\n';

/** The port of a service that says where it is. */
const local = (url: string): string => url.replace('0.0.0.0', '127.0.0.1');

test('without credentials it does not start elsewhere than on loopback, and says what to do', async () => {
  const its = keyed(elsewhere);
  const { code, stdout, stderr } = await its.call(['serve', '--config', its.config]);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/it would listen on 0\.0\.0\.0, and there are no credentials.*keys create.*--insecure/);
});

test('with a key it does, and nobody comes in without', async () => {
  const its = keyed(elsewhere);
  const key = await its.key('me', '--role', 'admin');
  const service = await startService(its.config, { BELLCRANK_STORE__DIRECTORY: its.store });
  const url = local(service.url);
  expect((await ask(`${url}/v1/devices`)).status).toBe(401);
  expect((await ask(`${url}/v1/stop`, undefined, { method: 'POST' })).status).toBe(401);
  expect((await ask(`${url}/v1/devices`, key)).status).toBe(200);
  expect((await ask(`${url}/health/ready`)).body['insecure']).toBe(false);
  // Names lead browsers astray; addresses cannot.
  const names = ['evil.example', '192.0.2.7:7080', '[2001:db8::7]:7080', '1.2.3.4.example'];
  expect(await Promise.all(names.map((name) => statusAs(url, name)))).toEqual([403, 200, 200, 403]);
});

/** What a request to that host is answered with. */
async function statusAs(url: string, host: string): Promise<number | undefined> {
  const request = get(`${url}/health/live`, { headers: { host }, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

test('insecure, since that was asked for: in the log, the welcome and the health, until there is a key', async () => {
  const its = keyed(elsewhere);
  const { child, stdout, stderr } = start(built(), ['serve', '--config', its.config, '--insecure']);
  try {
    await vi.waitFor(() => expect(stdout()).toContain('Try:'), { timeout: 30_000 });
    expect(stdout()).toContain('INSECURE: anyone who reaches this address can move the devices');
    expect(stderr()).toMatch(/"level":40.*INSECURE/);
    const url = local(/serves (\S+)/.exec(stdout())?.[1] ?? '');
    expect((await ask(`${url}/v1/devices`)).status).toBe(200);
    expect((await ask(`${url}/health/ready`)).body['insecure']).toBe(true);
    await its.key('me', '--role', 'admin');
    expect((await ask(`${url}/v1/devices`)).status).toBe(401);
    expect((await ask(`${url}/health/ready`)).body['insecure']).toBe(false);
  } finally {
    child.kill('SIGKILL');
  }
});
