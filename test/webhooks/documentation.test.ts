import { execFile, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { createPost } from '../../src/webhooks/post.ts';
import { keyOf, signed } from '../../src/webhooks/signature.ts';
import { freePort } from '../support/free-port.ts';
import { needs } from '../support/needs.ts';
import { secret } from '../support/receiver.ts';
import { temporaryFolder } from '../wire/support.ts';

const page = fileURLToPath(new URL('../../docs/webhooks.md', import.meta.url));
const env = { PATH: process.env['PATH'] ?? '', PAGER_SECRET: secret };

/** The example in a language that holds some text. */
function example(language: string, holding: string): string {
  const blocks = readFileSync(page, 'utf8').matchAll(/```(\w+)\n([^]*?)```/g);
  const found = [...blocks].find(([, its, text = '']) => its === language && text.includes(holding));
  expect(found, `an example in ${language}`).toBeDefined();
  return found?.[2] ?? '';
}

const body = (id: string): string => JSON.stringify({ id, type: 'alarm', data: { note: 'größer' } });

/** Runs a receiver of the page and posts to it what this service sends, and what it must refuse. */
async function expectReceives(program: string, args: readonly string[]): Promise<void> {
  const port = await freePort();
  const child = spawn(program, args, { env: { ...env, PORT: String(port) }, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let told = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (told += text));
  const post = createPost();
  const url = new URL(`http://127.0.0.1:${port}/`);
  const send = async (text: string, headers: Readonly<Record<string, string>>): Promise<number> => {
    const signal = AbortSignal.timeout(20_000);
    return (await post({ url, headers: { ...headers, 'content-type': 'application/json' }, body: text, signal }))
      .status;
  };
  const genuine = signed(keyOf(secret), 'evt_1', Date.now(), body('evt_1'));
  const first = () => send(body('evt_1'), genuine).catch(() => 0);
  await expect.poll(first, { timeout: 20_000 }).toBe(204);
  expect(await send(body('evt_1'), genuine)).toBe(204);
  expect(await send(body('evt_2'), genuine)).toBe(401);
  const old = Date.now() - 10 * 60_000;
  expect(await send(body('evt_3'), signed(keyOf(secret), 'evt_3', old, body('evt_3')))).toBe(401);
  expect(await send(body('evt_4'), signed(Buffer.alloc(32, 1), 'evt_4', Date.now(), body('evt_4')))).toBe(401);
  expect(await send(body('evt_5'), signed(keyOf(secret), 'evt_5', Date.now(), body('evt_5')))).toBe(204);
  await expect.poll(() => told).toBe('alarm evt_1\nalarm evt_5\n');
}

test('the receiver in TypeScript takes what is genuine, once, and nothing else', { timeout: 60_000 }, async () => {
  const file = join(temporaryFolder(), 'receiver.mts');
  // Where it lies there are no packages.
  const library = import.meta.resolve('standardwebhooks');
  writeFileSync(file, example('ts', 'createServer').replace("'standardwebhooks'", `'${library}'`));
  await expectReceives(process.execPath, [file]);
});

test.skipIf(!needs('python3', 'the receiver in Python'))(
  'the receiver in Python takes what is genuine, once, and nothing else',
  { timeout: 60_000 },
  async () => {
    const file = join(temporaryFolder(), 'receiver.py');
    writeFileSync(file, example('python', 'HTTPServer'));
    await expectReceives('python3', [file]);
  },
);

test.skipIf(!needs('openssl', 'the check of a signature in bash'))('bash verifies a signature', async () => {
  const folder = temporaryFolder();
  const [script, file] = [join(folder, 'verify.sh'), join(folder, 'body')];
  writeFileSync(script, example('bash', 'expected='));
  const verify = async (text: string, headers: Readonly<Record<string, string>>): Promise<boolean> => {
    writeFileSync(file, text);
    const its = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => headers[name] ?? '');
    return await promisify(execFile)('bash', [script, ...its, file], { env }).then(
      () => true,
      () => false,
    );
  };
  const genuine = signed(keyOf(secret), 'evt_1', Date.now(), body('evt_1'));
  expect(await verify(body('evt_1'), genuine)).toBe(true);
  expect(await verify(body('evt_2'), genuine)).toBe(false);
  expect(await verify(body('evt_1'), { ...genuine, 'webhook-id': 'evt_2' })).toBe(false);
});
