import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../wire/support.ts';
import { allReady, startService } from './service.ts';

/** Tells of each file that is read, and at the end of Node's own modules. */
const told = `
  import { registerHooks } from 'node:module';
  registerHooks({ load(url, context, next) { process.stderr.write('file ' + url + '\\n'); return next(url, context); } });
  process.on('exit', () => process.stderr.write(process.moduleLoadList.join('\\nown ') + '\\nend'));`;

const config = {
  connections: { supply: { simulate: { model: 'scpi-supply', via: 'memory' } } },
  devices: { supply: { driver: 'scpi-supply', connection: 'supply' } },
};

/** Every line that begins with a word, without it. */
const linesOf = (text: string, word: string): string[] =>
  text.split('\n').flatMap((line) => (line.startsWith(`${word} `) ? line.slice(word.length + 1) : []));

test('a start and a first command read nothing that they do not need', { timeout: 60_000 }, async () => {
  const file = join(temporaryFolder(), 'bellcrank.yaml');
  writeFileSync(file, JSON.stringify(config));
  const flags = ['--import', `data:text/javascript,${encodeURIComponent(told)}`];
  const service = await startService(file, {}, { flags });
  await allReady(service);
  const { body } = await service.post('/v1/devices/supply/commands/set-voltage', { volts: 5 });
  expect(body['outcome']).toBe('succeeded');
  await service.end('SIGTERM');
  await expect.poll(service.stderr).toMatch(/\nend/);

  const urls = [...new Set(linesOf(service.stderr(), 'file'))].filter((url) => url.startsWith('file:'));
  const bytes = urls.reduce((sum, url) => sum + statSync(new URL(url)).size, 0);
  const files = urls.map((url) => url.replace(/^.*\/node_modules\//, ''));
  expect(files).toContain('fastify/fastify.js');
  // What shows pages, and what makes a schema's own compilers.
  expect(files.filter((file) => /^(@fastify\/(static|send|swagger-ui|ajv-compiler)|glob|yaml)\//.test(file))).toEqual(
    [],
  );
  // Drivers and simulators of what nobody has, expressions, and what is told to Prometheus.
  const late = /(drivers|simulators)\/(engines|on-brokers)\.js$|expression\/environment\.js$|prom-client/;
  expect(files.filter((file) => late.test(file))).toEqual([]);
  // Somebody may have to raise them, and then knows why.
  expect(files.length).toBeLessThan(400);
  expect(bytes).toBeLessThan(4_000_000);

  const own = linesOf(service.stderr(), 'own');
  expect(own).toContain('NativeModule http');
  // An HTTP client, for whoever reads all that `node:http` exports.
  expect(own.filter((name) => name.includes('undici/'))).toEqual([]);
});
