import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runHere } from './here.ts';
import { run, start } from './run.ts';
import { built } from '../support/built.ts';

const main = built();
const limit = { timeout: 60_000 };

const supply = `bellcrank recording 1

0 > "*IDN?\\n"
12 < "BELLCRANK,SIM-SUPPLY,000001,1.0\\n"
100 > "VOLT?\\n"
112 < "1.000000\\n"
200 > "NONSENSE\\n"
250 < "what\\n"
`;

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'bellcrank-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

test('compare tells where a simulator answers otherwise', limit, async () => {
  const file = join(folderWith({ 'r.txt': supply }), 'r.txt');
  expect(await run(main, ['compare', file, 'scpi-supply'])).toEqual({
    code: 1,
    stderr: '',
    stdout: `values: #2 "VOLT?\\n"
  recorded:  "1.000000\\n"
  simulated: "0.000000\\n"
silent: #3 "NONSENSE\\n"
  recorded:  "what\\n"
  simulated: nothing
3 asked, 2 answered otherwise
`,
  });
  const ignored = await runHere(['compare', file, 'scpi-supply', '--ignore', 'values,silent']);
  expect(ignored).toMatchObject({ code: 0, stdout: '3 asked, 0 answered otherwise, 2 ignored\n' });
  const wrong = await runHere(['compare', file, 'scpi-suply']);
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean "scpi-supply"') });
});

test('scaffold writes a definition that can be checked, and replaces no file', limit, async () => {
  const folder = folderWith({ 'r.txt': supply, 'bad.txt': 'bellcrank recording 1\n\n5 ? "a"\n' });
  const [file, out] = [join(folder, 'r.txt'), join(folder, 'drafted.yaml')];
  expect(await run(main, ['scaffold', file, '--model', 'drafted', '--out', out])).toMatchObject({ code: 0 });
  expect(readFileSync(out, 'utf8')).toMatch(/^model: drafted$/m);
  expect(await runHere(['check', out])).toMatchObject({ code: 0, stdout: expect.stringContaining('drafted') });
  const again = await runHere(['scaffold', file, '--out', out]);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('--force') });
  const bad = await runHere(['scaffold', join(folder, 'bad.txt')]);
  expect(bad).toMatchObject({ code: 2, stderr: expect.stringMatching(/bad\.txt: .*3/) });
  expect(await runHere(['scaffold', join(folder, 'nope')])).toMatchObject({ code: 2 });
  expect(await runHere(['compare', join(folder, 'nope'), 'grbl'])).toMatchObject({ code: 2 });
});

test('replay answers a program over a socket, and says what it did not expect', limit, async () => {
  const file = join(folderWith({ 'r.txt': supply }), 'r.txt');
  const { child, stdout, ended } = start(main, ['replay', file, '--tcp', '0', '--timing', 'none']);
  await expect.poll(stdout, { timeout: 30_000 }).toMatch(/127\.0\.0\.1:\d+/);
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(stdout())?.[1]);
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  let heard = '';
  socket.on('data', (text) => (heard += String(text)));
  await once(socket, 'connect');
  socket.write('VOLT?\nCURR?\nVOLT?\n');
  await expect.poll(() => heard).toBe('1.000000\n1.000000\n');
  socket.destroy();
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({
    code: 1,
    stderr:
      'not expected: "CURR?\\n"\n1 not expected, 2 not asked\nnot asked: #1 "*IDN?\\n"\nnot asked: #3 "NONSENSE\\n"\n',
  });
});
