import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/wire/support.ts';
import { connectionOf, connectionOptions } from './connection.ts';

let folder: string;
let env: Record<string, string>;
beforeEach(() => {
  folder = temporaryFolder();
  env = { XDG_CONFIG_HOME: folder };
});

async function profiles(text: string, mode = 0o600): Promise<string> {
  const path = join(folder, 'bellcrank', 'profiles.yaml');
  await mkdir(join(folder, 'bellcrank'), { recursive: true });
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}

const two = `
default: bench
profiles:
  bench: { url: http://bench:7080, apiKey: bench-key }
  lab: { url: https://lab.example/bellcrank, apiKey: lab-key }
`;

test('without a word it is the service of this machine, and no key', async () => {
  expect(await connectionOf({}, env)).toEqual({ url: 'http://127.0.0.1:7080/', apiKey: undefined });
});

test('the command line goes before the environment, and that before the profile file', async () => {
  await profiles(two);
  const [flags, variables] = [
    { url: 'http://flag/', apiKey: 'flag-key' },
    { BELLCRANK_URL: 'http://variable', BELLCRANK_API_KEY: 'variable-key' },
  ];
  expect(await connectionOf({}, env)).toEqual({
    url: 'http://bench:7080/',
    apiKey: 'bench-key',
    keyFrom: 'profile bench',
  });
  expect(await connectionOf({}, { ...env, ...variables })).toEqual({
    url: 'http://variable/',
    apiKey: 'variable-key',
    keyFrom: 'BELLCRANK_API_KEY',
  });
  expect(await connectionOf(flags, { ...env, ...variables })).toEqual({ ...flags, keyFrom: '--api-key' });
});

test('--profile stands in place of the environment; BELLCRANK_PROFILE comes after BELLCRANK_URL', async () => {
  await profiles(two);
  const variables = { ...env, BELLCRANK_URL: 'http://variable', BELLCRANK_API_KEY: 'variable-key' };
  const lab = { url: 'https://lab.example/bellcrank/', apiKey: 'lab-key', keyFrom: 'profile lab' };
  expect(await connectionOf({ profile: 'lab' }, variables)).toEqual(lab);
  expect(await connectionOf({}, { ...env, BELLCRANK_PROFILE: 'lab' })).toEqual(lab);
  expect(await connectionOf({}, { ...variables, BELLCRANK_PROFILE: 'lab' })).toMatchObject({ url: 'http://variable/' });
});

test('the key of a profile is sent nowhere but to its own URL', async () => {
  await profiles(two);
  expect(await connectionOf({ profile: 'lab', url: 'http://elsewhere/' }, env)).toMatchObject({ apiKey: undefined });
  expect(await connectionOf({ url: 'http://bench:7080/' }, env)).toMatchObject({ apiKey: undefined });
  expect(await connectionOf({ profile: 'bench', url: 'http://bench:7080/' }, env)).toMatchObject({
    apiKey: 'bench-key',
  });
});

test('a key may stand in a file or in a variable, relative to the profile file', async () => {
  await profiles(
    'profiles: { a: { url: http://a, apiKey: { file: a.key } }, b: { url: http://b, apiKey: { env: B } } }',
    0o644,
  );
  await writeFile(join(folder, 'bellcrank', 'a.key'), 'from-file\n');
  expect(await connectionOf({ profile: 'a' }, env)).toMatchObject({ apiKey: 'from-file' });
  expect(await connectionOf({ profile: 'b' }, { ...env, B: 'from-variable' })).toMatchObject({
    apiKey: 'from-variable',
  });
  const apiKeyFile = join(folder, 'bellcrank', 'a.key');
  expect(await connectionOf({ apiKeyFile }, env)).toMatchObject({ apiKey: 'from-file', keyFrom: '--api-key-file' });
  await expect(connectionOf({ profile: 'b' }, env)).rejects.toThrow('the environment variable B is not set');
});

test.each([0o640, 0o604, 0o620, 0o666])('a file with a key of mode %o is refused', async (mode) => {
  const path = await profiles(two, mode);
  await expect(connectionOf({}, env)).rejects.toMatchObject({
    exitCode: 2,
    message: `${path} holds a key, and other users may read or change the file; run: chmod 600 ${path}`,
  });
});

test('the file is not looked at when the environment or the command line says where the service is', async () => {
  await profiles('{ broken');
  expect(await connectionOf({}, { ...env, BELLCRANK_URL: 'http://a' })).toMatchObject({ url: 'http://a/' });
});

test('everything that is wrong with the file is told, with its place and without the key', async () => {
  const path = await profiles(`default: lba
profiles:
  lab: { url: lab.example, apiKey: "se cret" }
  other: { url: http://user:hunter2@b }
`);
  await expect(connectionOf({}, env)).rejects.toMatchObject({
    exitCode: 2,
    message: [
      `${path}:1:10: default: names no profile; did you mean "lab"?`,
      `${path}:3:15: profiles.lab.url: must begin with http:// or https://`,
      `${path}:3:36: profiles.lab.apiKey: holds blanks or characters that no key has`,
      `${path}:4:17: profiles.other.url: must hold no user and no password`,
      '4 problems',
    ].join('\n'),
  });
});

test.each([
  ['profiles: { a: { uri: http://a } }', /:1:18: profiles\.a\.uri: is not a known key; did you mean "url"\?/],
  ['profiles: { a: { url: http://a } ', /is not valid YAML/],
  ['a: 1\na: 2', /:2:1: is written twice/],
  ['[]', /must be object/],
  ['profiles: { a: { url: http://a, apiKey: [secret] } }', /^(?!.*secret)/s],
])('%s', async (text, message) => {
  await profiles(text);
  await expect(connectionOf({}, env)).rejects.toThrow(message);
});

test('a profile that there is not is told with those that there are', async () => {
  await profiles(two);
  await expect(connectionOf({ profile: 'lib' }, env)).rejects.toThrow('has no profile "lib"; did you mean "lab"?');
  await expect(connectionOf({ profile: 'lab' }, { XDG_CONFIG_HOME: join(folder, 'none') })).rejects.toThrow(
    'profiles.yaml does not exist',
  );
});

test('what an environment or a key file says wrong is told without the key', async () => {
  await expect(connectionOf({}, { ...env, BELLCRANK_URL: 'localhost:7080' })).rejects.toThrow(
    'BELLCRANK_URL must begin with http:// or https://',
  );
  const broken = { ...env, BELLCRANK_API_KEY: 'two\nlines' };
  await expect(connectionOf({}, broken)).rejects.toThrow(/^BELLCRANK_API_KEY: the key (?!.*lines)/);
  await expect(connectionOf({ apiKeyFile: join(folder, 'none') }, env)).rejects.toThrow('does not exist');
  await expect(connectionOf({ apiKey: 'a', apiKeyFile: 'b' }, env)).rejects.toThrow('leave one out');
});

test('a URL on the command line is checked where it is read', async () => {
  const parse = (url: string) => {
    const command = connectionOptions(new Command('test'))
      .exitOverride()
      .configureOutput({ writeErr: () => {} });
    return command.parse(['--url', url], { from: 'user' }).opts()['url'] as unknown;
  };
  expect(parse('http://lab')).toBe('http://lab/');
  for (const url of ['lab:7080', 'ftp://lab', 'http://a:b@lab', 'http://lab?x=1', '']) {
    expect(() => parse(url)).toThrow('It must');
  }
});
