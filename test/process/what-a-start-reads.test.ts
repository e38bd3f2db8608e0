import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../wire/support.ts';
import { allReady, type Service, startService } from './service.ts';

/** Tells of each file that is read, and at the end of Node's own modules. */
const told = `
  import { registerHooks } from 'node:module';
  registerHooks({ load(url, context, next) { process.stderr.write('file ' + url + '\\n'); return next(url, context); } });
  process.on('exit', () => process.stderr.write(process.moduleLoadList.join('\\nown ') + '\\nend'));`;

/** Every line that begins with a word, without it. */
const linesOf = (text: string, word: string): string[] =>
  text.split('\n').flatMap((line) => (line.startsWith(`${word} `) ? line.slice(word.length + 1) : []));

interface WasRead {
  readonly files: readonly string[];
  readonly characters: number;
  /** Of all files, those that were put together in few included. */
  readonly modules: readonly string[];
  /** Node's. */
  readonly own: readonly string[];
  /** What is in its store. */
  readonly kept: readonly string[];
}

/** What a service reads until its devices are ready and it has done something. */
async function readBy(config: object, act: (service: Service) => Promise<void>): Promise<WasRead> {
  const directory = temporaryFolder();
  const file = join(temporaryFolder(), 'bellcrank.yaml');
  writeFileSync(file, JSON.stringify(config));
  const flags = ['--import', `data:text/javascript,${encodeURIComponent(told)}`];
  const service = await startService(file, { BELLCRANK_STORE__DIRECTORY: directory }, { flags });
  await allReady(service);
  await act(service);
  await service.end('SIGTERM');
  await expect.poll(service.stderr).toMatch(/\nend/);
  const files = [...new Set(linesOf(service.stderr(), 'file'))].filter((url) => url.startsWith('file:'));
  const texts = files.map((url) => readFileSync(new URL(url), 'utf8'));
  // The bundler says where each part of a file is from.
  const parts = texts.flatMap((text) => [...text.matchAll(/^\/\/ (\w+\/\S+\.[jt]s)$/gm)].map(([, path = '']) => path));
  const modules = [...files, ...parts].map((path) => path.replace(/^.*node_modules\//, ''));
  const own = linesOf(service.stderr(), 'own');
  return { files, characters: texts.join('').length, modules, own, kept: readdirSync(directory) };
}

const foldersIn = (room: string, modules: readonly string[]): string[] =>
  [...new Set(modules.flatMap((path) => new RegExp(`^${room}/([^/]+)/`).exec(path)?.[1] ?? []))].sort();

test('a start and a first command read nothing that they do not need', { timeout: 60_000 }, async () => {
  const config = {
    connections: { supply: { simulate: { model: 'scpi-supply', via: 'memory' } } },
    devices: { supply: { driver: 'scpi-supply', connection: 'supply' } },
  };
  const { files, characters, modules, own, kept } = await readBy(config, async (service) => {
    const { body } = await service.post('/v1/devices/supply/commands/set-voltage', { volts: 5 });
    expect(body['outcome']).toBe('succeeded');
  });
  expect(modules).toEqual(expect.arrayContaining(['fastify/fastify.js', 'commander/lib/command.js', 'src/app.ts']));
  // Notices have a thread of their own, which is 12 MB.
  expect(kept).not.toContain('notices');
  // Pages, what makes a schema's own compilers, expressions, what is told to Prometheus and to collectors of traces.
  const late =
    /^(@fastify\/(static|send|swagger-ui|ajv-compiler)|glob|mime|@marcbachmann|prom-client|@opentelemetry|mqtt|jose)\//;
  expect(modules.filter((path) => late.test(path))).toEqual([]);
  // Of others there are the names.
  expect(foldersIn('drivers', modules)).toEqual(['declarative', 'definitions', 'scpi-supply']);
  expect(foldersIn('simulators', modules)).toEqual(['behaviour', 'scpi-supply', 'wire']);
  // Whoever has to raise them knows why.
  expect(files.length).toBeLessThan(400);
  expect(characters).toBeLessThan(3_800_000);
  expect(own).toContain('NativeModule http');
  // An HTTP client, for whoever reads all that `node:http` exports.
  expect(own.filter((name) => name.includes('undici/'))).toEqual([]);
});

test('a broker on which all that discover listen reads no definitions', { timeout: 60_000 }, async () => {
  const config = {
    connections: { broker: { simulate: { model: 'tasmota', via: 'mqtt' } } },
    devices: {},
    discovery: { broker: {} },
  };
  const { modules } = await readBy(config, async (service) => {
    await expect
      .poll(async () => (await service.get<{ items: readonly object[] }>('/v1/discovery')).items, { timeout: 20_000 })
      .toHaveLength(1);
  });
  expect(foldersIn('drivers', modules)).toEqual(expect.arrayContaining(['homie', 'tasmota', 'zigbee2mqtt']));
  expect(foldersIn('drivers', modules)).not.toEqual(expect.arrayContaining(['modbus']));
  expect(modules.filter((path) => path.startsWith('drivers/declarative/template/'))).toEqual([]);
});
