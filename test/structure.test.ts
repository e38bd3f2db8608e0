import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The house: what a room may import besides itself. Calls go down. */
const leaves = [
  'src/errors.ts',
  'src/clock.ts',
  'src/assert.ts',
  'src/own-files.ts',
  'src/private-file.ts',
  'src/random-bytes.ts',
  'src/ordered-ids.ts',
  'src/few.ts',
  'src/in-turn.ts',
  'src/alike.ts',
  'src/passing.ts',
  'src/open-files.ts',
];
/** What the composition root puts together. */
const putTogether = [
  'src/reload',
  'src/access',
  'src/tls',
  'src/audit',
  'src/openers.ts',
  'src/simulation',
  'src/config',
  'src/http',
  'src/stream',
  'src/alarms',
  'src/webhooks',
  'src/northbound',
  'src/discovery',
  'src/observe',
  'src/command',
  'src/store',
  'src/device',
  'src/driver',
  'src/transport',
];
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'src/transport': [],
  'src/driver': ['src/transport/connection.ts', 'src/transport/subscription-set.ts', 'src/transport/topic-filter.ts'],
  // A leaf: what is recorded is data, for whoever records, replays or compares it.
  'src/recording': ['src/driver', 'src/transport/connection.ts'],
  'src/expression': ['src/driver/linear-regexp.ts'],
  'src/device': ['src/driver', 'src/transport'],
  // Who may do what. A leaf but for the keys that it keeps.
  'src/access': ['src/expression', 'src/driver/contract.ts'],
  // What was done, by whom: a leaf for who tells it.
  'src/audit': ['src/store', 'src/driver/contract.ts', 'src/driver/spec.ts'],
  'src/backup': ['src/store/log', 'src/audit'],
  'src/store': ['src/driver/contract.ts', 'src/driver/spec.ts'],
  'src/command': ['src/access', 'src/audit', 'src/store', 'src/device', 'src/driver', 'src/expression'],
  'src/discovery': [
    'src/command/managed-devices.ts',
    'src/expression',
    'src/store/store.ts',
    'src/device',
    'src/driver',
    'src/transport/connection.ts',
  ],
  // Leaves: the live feed knows nothing of what it carries, and the client nothing of the service.
  'src/stream': [],
  'src/client': [],
  'src/alarms': ['src/expression/label.ts', 'src/store', 'src/device', 'src/driver'],
  'src/webhooks': ['src/expression', 'src/stream', 'src/store', 'src/driver/contract.ts'],
  // What a Thing Description and AsyncAPI say of a device's model.
  'src/describe': ['src/device', 'src/driver'],
  'src/http': [
    'src/reload/reload.ts',
    'src/audit',
    'src/access',
    'src/observe',
    'src/tls',
    'src/stream',
    'src/alarms',
    'src/webhooks',
    'src/describe',
    'src/recording',
    'src/discovery',
    'src/simulation',
    'src/command',
    'src/store',
    'src/device',
    'src/driver',
    'src/transport/ports',
    'src/transport/trace',
  ],
  'src/yaml': ['src/driver'],
  // Sees everything that is to be told of, and is told by nobody but its owner.
  'src/observe': [
    'src/alarms',
    'src/webhooks',
    'src/stream',
    'src/command',
    'src/store',
    'src/simulation',
    'src/device',
    'src/driver',
    'src/expression',
  ],
  // A leaf: certificates and their keys, checked.
  'src/tls': [],
  'src/config': ['src/access', 'src/tls', 'src/yaml', 'src/driver', 'src/expression', 'src/transport/connection.ts'],
  'src/northbound': [
    'src/access',
    'src/audit',
    'src/command',
    'src/store/record.ts',
    'src/device',
    'src/driver',
    'src/expression',
    'src/transport/connection.ts',
  ],
  // A composition root for tests: it puts the whole service together, as `main.ts` and `cli/` do.
  'src/testing': [
    'src/access',
    'src/audit',
    'src/app.ts',
    'src/openers.ts',
    'src/config',
    'src/definitions',
    'src/command',
    'src/store',
    'src/recording',
    'src/yaml',
    'src/simulation',
    'src/device',
    'src/driver',
    'src/transport',
    'drivers/index.ts',
    'simulators',
  ],
  'src/simulation': ['src/device', 'src/driver'],
  // What a definition becomes, driver and simulator, for the command line and for tests.
  'src/definitions': ['src/config', 'src/driver', 'drivers/index.ts', 'simulators/index.ts', 'simulators/simulator.ts'],
  // Puts what `app.ts` has put together together anew.
  'src/reload': [
    'src/audit',
    'src/alarms',
    'src/command',
    'src/config',
    'src/device',
    'src/discovery',
    'src/driver',
    'src/northbound',
    'src/openers.ts',
    'src/simulation',
    'src/transport/transport.ts',
    'src/webhooks',
  ],
  'src/openers.ts': ['src/config', 'src/device', 'src/driver', 'src/simulation/control.ts', 'src/transport'],
  'src/app.ts': ['src/app', ...putTogether],
  'src/app': putTogether,
  'src/cli': [
    'src/observe/log-level.ts',
    'src/reload/reload.ts',
    'src/access',
    'src/audit',
    'src/client',
    'src/yaml',
    'src/recording',
    'src/app.ts',
    'src/openers.ts',
    'src/config',
    'src/definitions',
    'src/driver',
    'src/recording',
    'src/simulation/control.ts',
    'src/store/log',
    'src/store/memory.ts',
    'src/backup',
    'src/testing/virtual-clock.ts',
    'src/transport',
    'simulators/recording',
    'drivers/index.ts',
    'simulators/index.ts',
    'simulators/simulator.ts',
    'simulators/simulator-clock.ts',
    'simulators/wire',
    'simulators/wiring.ts',
  ],
  'src/main.ts': ['src/process-flags.ts', 'src/start.ts'],
  'src/start.ts': ['src/app.ts', 'src/cli', 'src/transport/index.ts', 'drivers/index.ts', 'simulators/index.ts'],
  'src/process-flags.ts': [],
  'src/dashboard': ['src/client'],
};

function modules(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.test.ts') && !/(^|\/)build\//.test(file))
    .map((file) => `${folder}/${file}`);
}

/** What runs in browsers alone: it is built, not loaded as it is. */
const inBrowsers = (file: string): boolean => within(file, 'src/dashboard');

function imports(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g);
  return [...found].map(([, path = '']) => relative(root, join(root, dirname(file), path)));
}

const within = (file: string, room: string): boolean => file === room || file.startsWith(`${room}/`);

test.each(modules('src'))('%s imports its own folder and what lies below', (file) => {
  if (leaves.includes(file)) return expect(imports(file)).toEqual([]);
  const room = Object.keys(mayImport).find((name) => within(file, name));
  expect(room, `${file} stands in no room`).toBeDefined();
  const allowed = [room ?? '', ...leaves, ...(mayImport[room ?? ''] ?? [])];
  expect(imports(file).filter((path) => !allowed.some((place) => within(path, place)))).toEqual([]);
});

test.each(modules('drivers'))('%s imports the contract, and nothing of another driver', (file) => {
  const own = file.split('/').slice(0, 2).join('/');
  // Definitions are files of the user's: what is wrong with them is told with line and column.
  const files = ['drivers/declarative', 'drivers/modbus'].includes(own) ? ['src/yaml'] : [];
  const lists = ['index', 'shipped', 'engines', 'on-brokers', 'on-lines'].map((name) => `drivers/${name}.ts`);
  const allowed = lists.includes(file) ? ['drivers', 'src/driver'] : [own, 'src/driver', ...files];
  expect(imports(file).filter((path) => !allowed.some((place) => within(path, place)))).toEqual([]);
});

test.each(modules('simulators'))('%s imports the contract, connection types and a model’s specs', (file) => {
  const own = file.split('/').slice(0, 2).join('/');
  const contract = [
    'src/driver',
    'src/recording',
    'src/simulation/control.ts',
    'src/transport/connection.ts',
    'src/transport/memory.ts',
  ];
  const kit = [
    'simulators/simulator.ts',
    'simulators/simulator-clock.ts',
    'simulators/state.ts',
    'simulators/behaviour',
  ];
  const shared = [...kit, ...leaves, ...contract];
  const specs = /^drivers\/[^/]+\/model\.ts$/;
  // The far ends of the transports share their generic parts: sockets, buffers, never a device's codec.
  const wire = within(file, 'simulators/wire') ? ['src/transport'] : [];
  // A definition's simulator shares the engine with its driver; the manual's examples pin what both make of it.
  const engine = within(file, 'simulators/declarative') ? ['drivers/declarative'] : [];
  // A recording is compared with a simulator that runs.
  const runs = within(file, 'simulators/recording') ? ['simulators/wire/run.ts'] : [];
  const others = [...shared, ...wire, ...engine, ...runs];
  const isList = ['index', 'engines', 'on-brokers', 'on-lines'].some((name) => file === `simulators/${name}.ts`);
  const allowed = isList ? ['simulators', 'drivers/index.ts', ...shared] : [own, ...others];
  const wrong = imports(file).filter((path) => !specs.test(path) && !allowed.some((place) => within(path, place)));
  expect(wrong).toEqual([]);
});

/** A device and the machinery of which it is made: what is told of a device names it. */
const knowEachOther = ['description', 'device', 'machinery', 'settings'].map((name) => `src/device/${name}.ts`);

/** Nor for their types alone: whoever reads one of them would have to read them all. */
test('no modules import each other in a circle', () => {
  const of = new Map(['src', 'drivers', 'simulators'].flatMap(modules).map((file) => [file, imports(file)]));
  const reached = (file: string): Set<string> => {
    const seen = new Set<string>();
    const left = [file];
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      for (const path of of.get(next) ?? []) if (!seen.has(path)) left.push(path);
      for (const path of of.get(next) ?? []) seen.add(path);
    }
    return seen;
  };
  const inCircles = [...of.keys()].filter((file) => reached(file).has(file));
  expect(inCircles.sort()).toEqual(knowEachOther);
});

test('the dashboard is built from a few packages, and nothing of Node', () => {
  const packages = modules('src/dashboard').flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return [...text.matchAll(/(?:from\s+|import\s*\(?\s*)'([^.'][^']*)'/g)].map(([, name = '']) => name);
  });
  expect(packages.length).toBeGreaterThan(10);
  expect(packages.filter((name) => !/^(react|react-dom|wouter|uplot|@rjsf|@cfworker)(\/|$)/.test(name))).toEqual([]);
});

test('what comes inside the page and stops everything needs nothing else of it', () => {
  const boot = modules('src/dashboard/boot').flatMap((file) => imports(file));
  expect(boot.length).toBeGreaterThan(5);
  expect(boot.filter((path) => !within(path, 'src/dashboard/boot'))).toEqual([]);
});

test('what devices and addresses say is never markup or code on a page', () => {
  const files = modules('src/dashboard');
  expect(files.length).toBeGreaterThan(50);
  const markup =
    /dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|\beval\(|new Function|javascript:/;
  expect(files.filter((file) => markup.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
});

test('nothing of the dashboard comes from another host', () => {
  const files = modules('src/dashboard').filter((file) =>
    /https?:\/\/(?!example\.org)/.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(files).toEqual([]);
});

test('only main.ts and what it hands `process` to name the process', () => {
  const users = [...modules('src'), ...modules('drivers')].filter((file) =>
    /(?<![.\w'])process\.(env|argv|exit|on|stdout|stderr|cwd)\b/.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(users.sort()).toEqual(['src/cli/process.ts', 'src/process-flags.ts']);
});

/** Time and chance are handed in, so that a test can hold them in its hands; who may reach for the real ones, and why. */
const realTime: Readonly<Record<string, string>> = {
  'src/clock.ts': 'the real clock',
  'src/cli/process.ts': 'the process ends although everything else hangs',
  'src/cli/serve.ts': 'hands real chance to the service',
  'simulators/wire/pty-cable.ts': 'who has a pseudo-terminal open is the kernel’s to know, too',
  'simulators/wire/pty-far-end.ts': 'a pseudo-terminal is the kernel’s, which knows no other time',
};

test('time and chance are handed in', () => {
  const reaches =
    /\bAbortSignal\.timeout\b|\bsetTimeout\b|\bsetInterval\b|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.now\b/;
  const comments = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
  const served = [...modules('src'), ...modules('drivers'), ...modules('simulators')];
  const users = served
    .filter((file) => !inBrowsers(file))
    .filter((file) => reaches.test(readFileSync(join(root, file), 'utf8').replaceAll(comments, '')));
  expect(users.sort()).toEqual(Object.keys(realTime).sort());
});

test('modules that are loaded by their URL are named by moduleBeside, since they are compiled in the package', () => {
  const wrong = ['src', 'drivers', 'simulators']
    .flatMap(modules)
    .filter((file) => /new URL\(\s*['"`][^'"`]*\.ts['"`]/.test(readFileSync(join(root, file), 'utf8')));
  expect(wrong).toEqual([]);
});

/**
 * V8 makes a function that is assigned to a property as it is written at once among the old, where it holds what it closes over
 * until a whole collection. One that has a name first, or is handed in, dies young.
 */
test('where commands pass, no function is written into a property', () => {
  const written = /^\s*\w+(\.#?\w+|\[[^\]]*\])+ = (async )?(\([^()]*\)(: [^=]+)?|\w+) =>/m;
  const rooms = ['audit', 'command', 'device', 'driver', 'http', 'store', 'stream', 'transport'];
  const files = rooms.flatMap((room) => modules(`src/${room}`));
  const found = files.filter((file) => written.test(readFileSync(join(root, file), 'utf8')));
  // Once for a server.
  expect(found).toEqual(['src/http/listening/connections.ts']);
});

/** An `async` one answers when it returns, and that is before the command has ended: Fastify would take nothing for its answer. */
test('no handler that sends a command is async', () => {
  const senders = modules('src/http').map((file) => readFileSync(join(root, file), 'utf8'));
  const handlers = senders.flatMap((source) =>
    [...source.matchAll(/\b(?:send|sendCommand)\(services, request, reply/g)].map(({ index }) =>
      [...source.slice(0, index).matchAll(/(?:\basync )?\([^()]*\) => \{/g)].at(-1)?.at(0),
    ),
  );
  expect(handlers.length).toBeGreaterThanOrEqual(5);
  expect(handlers.filter((handler) => handler !== '(request, reply) => {')).toEqual([]);
});

test('every module loads in plain Node', { timeout: 60_000 }, async () => {
  const files = [...modules('src'), ...modules('drivers'), ...modules('simulators')].filter(
    (file) => file !== 'src/main.ts' && !inBrowsers(file),
  );
  const script = `for (const file of ${JSON.stringify(files)}) await import(new URL(file, 'file://${root}').href);`;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { cwd: root });
  await expect(run).resolves.toMatchObject({ stderr: '' });
});
