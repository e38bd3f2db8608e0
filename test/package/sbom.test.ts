import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { root } from '../cli/run.ts';
import { temporaryFolder } from '../wire/support.ts';

const slow = { timeout: 120_000 };

const nowhere = { npm_config_registry: 'http://127.0.0.1:9', npm_config_update_notifier: 'false' };

interface Bom {
  readonly bomFormat: string;
  readonly metadata: { readonly component: { readonly name: string } };
  readonly components: readonly { readonly name: string; readonly version: string; readonly licenses?: unknown[] }[];
}

test('the bill of materials lists what is shipped, by the lock file and without a network', slow, async () => {
  const env = { ...process.env, ...nowhere };
  const { stdout } = await promisify(execFile)(process.execPath, ['packaging/sbom.ts'], {
    cwd: root,
    env,
    maxBuffer: 1e8,
  });
  const bom = JSON.parse(stdout) as Bom;
  expect([bom.bomFormat, bom.metadata.component.name]).toEqual(['CycloneDX', 'bellcrank']);
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string }>;
  };
  const listed = bom.components.map(({ name, version }) => `${name}@${version}`);
  const shipped = Object.keys(dependencies).map((name) => `${name}@${lock.packages[`node_modules/${name}`]?.version}`);
  expect(shipped.length).toBeGreaterThan(20);
  expect(shipped.filter((each) => !listed.includes(each))).toEqual([]);
  expect(
    ['vitest', 'typescript', 'playwright-core'].filter((name) => bom.components.some((each) => each.name === name)),
  ).toEqual([]);
  expect(bom.components.filter(({ licenses }) => licenses === undefined).map(({ name }) => name)).toEqual([]);
});

/** What `npm run audit` says with this for a registry. */
async function audited(answer: RequestListener): Promise<{ code: number; stdout: string }> {
  const registry = createServer(answer).listen(0, '127.0.0.1');
  onTestFinished(() => void registry.close());
  await once(registry, 'listening');
  const { port } = registry.address() as AddressInfo;
  const env = {
    ...process.env,
    ...nowhere,
    npm_config_registry: `http://127.0.0.1:${port}`,
    npm_config_fetch_retries: '0',
    npm_config_cache: temporaryFolder(),
  };
  const ran = promisify(execFile)(process.execPath, ['packaging/audit.ts'], { cwd: root, env });
  return await ran.then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: unknown) => error as { code: number; stdout: string },
  );
}

/** Answers `advisories/bulk` about one package. */
const knows =
  (severity: string): RequestListener =>
  (request, response) => {
    // What it looks up of single packages.
    if (request.method === 'GET') {
      response.writeHead(404).end();
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const asked = Object.keys(JSON.parse(String(body[0] === 0x1f ? gunzipSync(body) : body)) as object);
      const advisory = {
        // npm remembers what it was told of each.
        id: severity.length,
        url: 'https://example.org/1',
        title: 'Bad',
        severity,
        vulnerable_versions: '*',
        cwe: [],
      };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(asked.includes('fastify') ? { fastify: [{ ...advisory, cvss: { score: 9 } }] } : {}));
    });
  };

test('the audit fails on what is high, and not on less', slow, async () => {
  expect(await audited(knows('high'))).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('high: fastify') as string,
  });
  expect(await audited(knows('low'))).toEqual({ code: 0, stdout: 'npm audit: 0 high or critical\n' });
});

test('where the registry knows nothing of advisories, that is said, and is no success', slow, async () => {
  const { code, stdout } = await audited((_, response) => response.writeHead(405).end());
  expect(code).toBe(0);
  expect(stdout).toMatch(/^npm audit: not checked; the registry does not answer/);
});
