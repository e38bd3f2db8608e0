import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { call, toyService } from './lab.ts';

/** Clears a screen, sets a title, forges a line, turns text around, hides it; a surrogate by itself. */
const nasty = '\u001b[2J\u001b]0;x\u0007\u009b31m\r\nFORGED\u0000\u202egpj\u200b\u2028\ud800';
// oxlint-disable-next-line no-control-regex -- They are what it looks for.
const steers = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

/** What programs branch on: another word there would be another answer. */
const kept = new Set([
  'state',
  'kind',
  'outcome',
  'effect',
  'confirmation',
  'type',
  'access',
  'change',
  'source',
  'enum',
  'quality',
]);
/** What the next request is made of. */
const ids = /^(?:psu-1|value|set|[0-9a-f-]{36}|\d{4}-\d\d-\d\dT.*Z)$/;

function spoilt(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return kept.has(key) || ids.test(value) ? value : `${value}${nasty}`;
  if (Array.isArray(value)) return value.map((item) => spoilt(item, key));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, its]) => [name, spoilt(its, name)] as const);
  // Where names are free.
  const more = key === 'labels' || key === 'progress' || key === 'params' ? { [`x${nasty}`]: nasty } : {};
  return { ...Object.fromEntries(fields), ...(Object.hasOwn(value, 'type') ? {} : more) };
}

function spoiltText(text: string): string {
  try {
    return JSON.stringify(spoilt(JSON.parse(text)));
  } catch {
    return text.replaceAll(/^data: (.*)$/gm, (_, data: string) => `data: ${JSON.stringify(spoilt(JSON.parse(data)))}`);
  }
}

/** A service that answers as the real one does, with something in every text. */
async function liar() {
  const { url: target, ...service } = await toyService();
  const server = createServer((incoming, answer) => {
    const { method, url = '/', headers } = incoming;
    const outgoing = request(new URL(url, target), { method: method ?? 'GET', headers }, (reply) => {
      const { 'content-length': _, ...others } = reply.headers;
      const isStream = others['content-type']?.startsWith('text/event-stream') === true;
      answer.writeHead(reply.statusCode ?? 502, others);
      let text = '';
      reply.setEncoding('utf8').on('data', (chunk: string) => {
        if (isStream) answer.write(spoiltText(chunk));
        else text += chunk;
      });
      reply.on('end', () => answer.end(isStream || text === '' ? undefined : spoiltText(text)));
    });
    outgoing.on('error', () => answer.destroy());
    answer.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { ...service, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function expectHarmless(text: string, what: string): void {
  expect(steers.exec(text)?.[0], `${what}:\n${JSON.stringify(text)}`).toBeUndefined();
  expect(text, what).not.toMatch(/^FORGED/m);
  expect(text.isWellFormed(), what).toBe(true);
}

const calls = [
  ['devices'],
  ['devices', 'psu-1'],
  ['devices', 'psu-1', '--json'],
  ['get', 'psu-1'],
  ['get', 'psu-1', 'value'],
  ['get', 'psu-1', 'value', '--json'],
  ['get', 'psu-1', 'nothing'],
  ['get', 'nothing'],
  ['set', 'psu-1', 'value', '3'],
  ['send', 'psu-1', 'set', 'value=3'],
  ['send', 'psu-1', 'set', 'value=3', '--json'],
  ['send', 'psu-1', 'set', 'value=3', '--dry-run'],
  ['send', 'psu-1', 'set', 'value=3', '--async'],
  ['send', 'psu-1', 'set', 'value=99999'],
  ['send', 'psu-1', 'set', 'nonsense=1'],
  ['send', 'psu-1', 'set', '--help'],
  ['send', 'psu-1', '--help'],
  ['history', 'psu-1', 'value'],
  ['commands'],
  ['commands', '--json'],
  ['models'],
  ['alarms'],
  ['discover'],
  ['stop', 'psu-1'],
  ['stop'],
  ['lease', 'take', 'psu-1'],
  ['lease', 'show', 'psu-1'],
  ['log-level'],
  ['log-level', 'debug'],
  ['reload'],
  ['client'],
] as const;

test.each(calls.map((args) => [args.join(' '), args] as const))(
  'bellcrank %s prints nothing that steers a terminal',
  async (what, args) => {
    const { url, rig } = await liar();
    await rig.settled(rig.submit('psu-1', 'set', { value: 2 }));
    const { code, said } = call([...args, '--url', url]);
    await code;
    expectHarmless(said.stdout, what);
    expectHarmless(said.stderr, what);
    expect(said.stdout + said.stderr).not.toBe('');
  },
);

test.each([['watch'], ['watch', '--json'], ['watch', 'psu-1']])(
  'bellcrank %s %s prints nothing that steers a terminal',
  async (...args) => {
    const { url, rig } = await liar();
    const { code, said, interrupt } = call([...args, '--url', url]);
    const seen = async (text: string): Promise<void> => {
      await expect.poll(() => said.stdout + said.stderr).toContain(text);
    };
    await seen('psu-1');
    await rig.settled(rig.submit('psu-1', 'set', { value: 2 }));
    await seen('succeeded');
    interrupt();
    await code;
    expectHarmless(said.stdout, 'stdout');
    expectHarmless(said.stderr, 'stderr');
  },
);

test.each([
  ['bellcrank get '],
  ['bellcrank send psu-1 '],
  ['bellcrank send psu-1 set '],
  ['bellcrank models '],
  ['bellcrank lease take '],
])('what completes %j steers no terminal', async (line) => {
  const { url } = await liar();
  const { code, said } = call(['__complete', '--', line], { env: { BELLCRANK_URL: url, XDG_CONFIG_HOME: '/nowhere' } });
  await code;
  expectHarmless(said.stdout, 'stdout');
  expectHarmless(said.stderr, 'stderr');
});
