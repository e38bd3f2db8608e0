import { execFile, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { validate } from 'dockerfile-utils';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { parse } from 'yaml';
import { root } from '../cli/run.ts';
import { startService } from '../process/service.ts';
import { plainEnvironment } from '../support/packed.ts';
import { temporaryFolder } from '../wire/support.ts';
import { emptyFolder, type Installation, packingMs } from './installed.ts';

vi.setConfig({ testTimeout: 90_000 });

const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
/** Instructions, each on one line. */
const instructions = dockerfile
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\s*\\\n\s*/g, ' ')
  .split('\n')
  .filter((line) => line !== '');
const last = instructions.slice(instructions.findLastIndex((line) => line.startsWith('FROM ')));
const of = (name: string, among = last): string[] =>
  among.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
const environment = Object.fromEntries(of('ENV').flatMap((line) => line.split(' ').map((pair) => pair.split('='))));

let user: Installation;
beforeAll(async () => {
  user = await emptyFolder();
}, packingMs);

test('the Dockerfile is well-formed', () => {
  expect(validate(dockerfile)).toEqual([]);
});

test('what it copies is there, and nothing keeps it from the build', () => {
  const sources = instructions
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
    .flatMap((line) => line.split(' ').slice(1, -1));
  expect(sources.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  const kept = readFileSync(join(root, '.dockerignore'), 'utf8').match(/^![^\n]+/gm) ?? [];
  const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { files: string[] };
  const tops = files.filter((path) => !path.startsWith('!')).map((path) => path.split('/')[0] ?? '');
  const made = ['dist'];
  const missing = [...tops, ...sources.map((path) => path.split('/')[0] ?? '')].filter(
    (top) =>
      top !== '.' &&
      !made.includes(top) &&
      !kept.some(
        (line) =>
          new RegExp(`^!${top.replaceAll('*', '.*')}$`).test(line) ||
          (line === '!tsconfig*.json' && top.startsWith('tsconfig')),
      ),
  );
  expect(missing).toEqual([]);
});

test('what docs/docker.md has somebody put beside compose.yaml is in neither the build nor the package', async () => {
  const own = ['examples/docker/bellcrank.yaml', 'examples/docker/bellcrank.env'];
  const lines = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
  // The last line that is about a path counts.
  expect(own.filter((path) => lines.lastIndexOf(path) <= lines.lastIndexOf('!examples'))).toEqual([]);
  const checkout = temporaryFolder();
  cpSync(join(root, 'package.json'), join(checkout, 'package.json'));
  cpSync(join(root, 'examples/docker'), join(checkout, 'examples/docker'), { recursive: true });
  for (const path of own) writeFileSync(join(checkout, path), '');
  const pack = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const { stdout } = await promisify(execFile)('npm', pack, { cwd: checkout });
  const [{ files }] = JSON.parse(stdout) as [{ files: readonly { readonly path: string }[] }];
  const packed = files.map(({ path }) => path);
  expect(packed).toContain('examples/docker/compose.yaml');
  expect(packed.filter((path) => own.includes(path))).toEqual([]);
});

test('it runs as nobody in particular, with an init, from a folder that it cannot write', () => {
  expect(of('USER')).toEqual(['10001:10001']);
  expect(JSON.parse(of('ENTRYPOINT')[0] ?? '')).toEqual(['tini', '--', 'bellcrank']);
  expect(of('COPY').filter((line) => line.includes('--chown'))).toEqual([]);
  expect(environment).toMatchObject({ BELLCRANK_HOST: '0.0.0.0', BELLCRANK_STORE__DIRECTORY: '/var/lib/bellcrank' });
});

/** The package as the image has it: its files and its dependencies, none of which may be written. */
function image(): string {
  const folder = temporaryFolder();
  cpSync(user.installed, folder, { recursive: true });
  cpSync(join(user.folder, 'node_modules'), join(folder, 'node_modules'), {
    recursive: true,
    filter: (path) => !path.includes('node_modules/bellcrank'),
    verbatimSymlinks: true,
  });
  cpSync(join(root, 'examples/docker/healthcheck.js'), join(folder, 'healthcheck.js'));
  return folder;
}

const supply =
  'connections: { bench: { simulate: { model: scpi-supply, via: tcp } } }\ndevices: { psu: { driver: scpi-supply, connection: bench } }\n';

test('the health check tells a service that answers from one that does not', async () => {
  const folder = image();
  const [, check = ''] = /CMD (\[.*\])$/.exec(of('HEALTHCHECK')[0] ?? '') ?? [];
  const [program, script] = JSON.parse(check) as [string, string];
  expect([program, script]).toEqual(['node', '/opt/bellcrank/healthcheck.js']);
  const file = join(temporaryFolder(), 'bellcrank.yaml');
  writeFileSync(file, supply);
  const service = await startService(file);
  const { port } = new URL(service.url);
  const healthy = (): Promise<boolean> =>
    promisify(execFile)(process.execPath, [join(folder, 'healthcheck.js')], {
      env: plainEnvironment({ BELLCRANK_PORT: port }),
    }).then(
      () => true,
      () => false,
    );
  expect(await healthy()).toBe(true);
  await service.end('SIGTERM');
  expect(await healthy()).toBe(false);
});

test('it makes a key and serves with it, as a user without rights, where nothing but the store can be written', async () => {
  const folder = image();
  const [data, etc] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(etc, 'bellcrank.yaml'), supply);
  await promisify(execFile)('chmod', ['-R', 'a-w,a+rX', folder, etc]);
  chmodSync(data, 0o777);
  onTestFinished(async () => void (await promisify(execFile)('chmod', ['-R', 'u+w', folder, etc])));
  const program = join(folder, 'bin/bellcrank.js');
  const env = plainEnvironment({ ...environment, BELLCRANK_STORE__DIRECTORY: data, BELLCRANK_PORT: '0' });
  // Root could write anyway.
  const identity = process.getuid?.() === 0 ? { uid: 10_001, gid: 10_001 } : {};
  const options = { cwd: etc, env, ...identity };
  const config = ['--config', join(etc, 'bellcrank.yaml')];
  const refused = await promisify(execFile)(process.execPath, [program, 'serve', ...config], options).catch(
    (error: unknown) => error as { code: number; stderr: string },
  );
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('bellcrank keys create') as string });
  const made = await promisify(execFile)(
    process.execPath,
    [program, 'keys', 'create', ...config, '--name', 'me', '--role', 'admin', '--json'],
    options,
  );
  const { key } = JSON.parse(made.stdout) as { key: string };
  const child = spawn(process.execPath, [program, 'serve', ...config], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  const port = await vi.waitFor(() => {
    const found = /Bellcrank serves http:\/\/[^\s:]+:(\d+)/.exec(output)?.[1];
    if (found === undefined) throw new Error(output);
    return found;
  }, 60_000);
  const ask = (headers: Record<string, string>): Promise<number> =>
    fetch(`http://127.0.0.1:${port}/v1/devices`, { headers }).then(({ status }) => status);
  expect(await ask({})).toBe(401);
  expect(await ask({ authorization: `Bearer ${key}` })).toBe(200);
  child.kill('SIGTERM');
  expect((await exited)[0]).toBe(0);
});

test('the example for compose says what the image needs', () => {
  const { services, volumes } = parse(readFileSync(join(root, 'examples/docker/compose.yaml'), 'utf8')) as {
    services: { bellcrank: Record<string, unknown> };
    volumes: Record<string, unknown>;
  };
  expect(services.bellcrank).toMatchObject({
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    group_add: ['20'],
    ports: ['127.0.0.1:7080:7080'],
    volumes: ['./bellcrank.yaml:/etc/bellcrank/bellcrank.yaml:ro', `data:${of('VOLUME')[0]}`],
  });
  expect(Object.keys(volumes)).toEqual(['data']);
});
