import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runHere } from './here.ts';
import { run } from './run.ts';
import { built } from '../support/built.ts';

const main = built();
const lab = 'examples/lab/bellcrank.yaml';
let folder: string;

const driver = (name: string): string => `{ contract: 1,
  model: { name: '${name}', summary: 'Mine', commands: {}, properties: {}, events: {} },
  transports: ['none'], options: { type: 'object', additionalProperties: false },
  async attach() { return { commands: {} }; } }`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellcrank-check-'));
  const installed = join(folder, 'node_modules', '@acme', 'x');
  await mkdir(installed, { recursive: true });
  // A package that exports for `import` only, which `require.resolve` would refuse.
  await writeFile(
    join(installed, 'package.json'),
    '{ "type": "module", "exports": { ".": { "import": "./main.js" } } }',
  );
  await writeFile(join(installed, 'main.js'), `export default ${driver('acme')};`);
  await writeFile(join(folder, 'mine.ts'), `const mine: unknown = ${driver('mine')}; export default mine;`);
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

test('says what the lab holds', async () => {
  expect(await run(main, ['check', lab])).toEqual({
    code: 0,
    stderr: '',
    stdout: `${lab}: OK, 9 devices, to be served on 127.0.0.1 port 7080
  psu-1: scpi-supply on psu-1-line (simulated)
  psu-2: scpi-supply on psu-2-line (simulated)
  plug-1: tasmota on house (simulated)
  plug-2: tasmota on house (simulated)
  mill-1: grbl on mill-1-line (simulated)
  oven-1: bellcrank-oven on oven-line (simulated)
  oven-2: bellcrank-oven on oven-line (simulated)
  gps-1: nmea0183 on gps-1-line (simulated)
  stirrer-1: demo-stirrer on stirrer-1-line (simulated)
`,
  });
});

test('tells every problem of a file at once, where it stands, and ends with 1', async () => {
  const bad = await file(
    'bad.yaml',
    `server:
  host: 0.0.0.0 # where there are keys
connections:
  line: { serial: { path: /dev/ttyUSB0, baudrate: 9600 } }
  broker: { mqtt: { url: mqtt://broker.local, password: { env: MQTT_PASSWORD } } }
devices:
  psu-1:
    driver: scpi-suply
    connection: line
  psu-2:
    driver: scpi-supply
    connection: line
    limits:
      set-voltage: { volts: { maximum: 31 } }
  plug:
    driver: tasmota
    connection: line
`,
  );
  const { code, stdout, stderr } = await runHere(['check', bad]);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr.replaceAll(`${folder}/`, '').split('\n')).toEqual([
    'bad.yaml:4:41: connections.line.serial.baudrate: is not a known key; did you mean "baudRate"?',
    'bad.yaml:5:57: connections.broker.mqtt.password: the environment variable MQTT_PASSWORD is not set',
    'bad.yaml:8:13: devices.psu-1.driver: names no driver; did you mean "scpi-supply"?',
    'bad.yaml:14:40: devices.psu-2.limits.set-voltage.volts.maximum: would widen the range; ' +
      'the model allows numbers from 0 V up to 30 V',
    'bad.yaml:15:3: devices.plug.options.topic: is required',
    'bad.yaml:17:17: devices.plug.connection: line is serial, and tasmota speaks mqtt',
    '6 problems',
    '',
  ]);
});

test('a serial port is named in one way, and by one connection', async () => {
  const bad = await file(
    'ports.yaml',
    `connections:
  a: { serial: { usb: { vendorId: '1a86', productId: '7523' } } }
  b: { serial: { usb: { productId: '7523', vendorId: '1A86' } } }
  c: { serial: { path: /dev/ttyS0, usb: { vendorId: '0403', productId: '6001' } } }
  d: { serial: { baudRate: 9600 } }
  e: { serial: { usb: { vendorId: 1234, productId: '6001', serial: A1 } } }
  f: { serial: { usb: { vendorId: '1a86', productId: '7523', interface: 1 } } }
`,
  );
  const { code, stderr } = await runHere(['check', bad]);
  expect(code).toBe(1);
  expect(stderr.replaceAll(`${folder}/`, '').split('\n')).toEqual([
    'ports.yaml:3:23: connections.b.serial.usb: is the same as that of the connection a; devices on one line share one connection',
    'ports.yaml:4:24: connections.c.serial.path: names the port a second time, beside usb; remove one of them',
    'ports.yaml:5:8: connections.d.serial.path: is required',
    'ports.yaml:6:35: connections.e.serial.usb.vendorId: must be string, not a number; put it in quotes',
    'ports.yaml:6:60: connections.e.serial.usb.serial: is not a known key; known: vendorId, productId, serialNumber, interface',
    '5 problems',
    '',
  ]);
});

test('warns where a real device is guarded by the values of a simulated one', async () => {
  const guarded = (real: string) => `
connections:
  bench: { serial: { path: /dev/ttyUSB0 } }
  toy: { simulate: { model: scpi-supply, via: memory } }
  toy-2: { simulate: { model: scpi-supply, via: memory } }
devices:
  psu: { driver: scpi-supply, connection: ${real} }
  door: { driver: scpi-supply, connection: toy }
interlocks:
  - { name: closed, device: psu, forbid: ['*'], unless: 'device["door"]["measured-voltage"] < 1 && self["measured-voltage"] < 1' }
  - { name: low, device: door, forbid: ['*'], unless: 'self["measured-voltage"] < 1' }
`;
  const mixed = await runHere(['check', await file('mixed.yaml', guarded('bench'))]);
  expect(mixed).toMatchObject({
    code: 0,
    stderr: 'warning: interlock closed on psu: is judged by door, which is simulated, and what it guards is real\n',
  });
  const lab = await runHere(['check', await file('lab.yaml', guarded('toy-2'))]);
  expect(lab).toMatchObject({ code: 0, stderr: '' });
});

test('warns of a way round what is limited, denied or forbidden, and is content with it', async () => {
  const rules = (voltage: string, current: string, forbid: string) => `
connections: { bench: { serial: { path: /dev/ttyUSB0 } } }
devices:
  psu: { driver: scpi-supply, connection: bench, limits: { set-voltage: { volts: { maximum: 5.5 } }${voltage} }, deny: [set-current${current}] }
interlocks:
  - { name: cold, device: psu, forbid: [set-voltage${forbid}], unless: 'self["measured-voltage"] < 10' }
`;
  const open = await runHere(['check', await file('open.yaml', rules('', '', ''))]);
  expect(open).toMatchObject({ code: 0 });
  expect(open.stderr.split('\n')).toEqual([
    'warning: devices.psu.limits: names set-voltage and leaves write:voltage-setpoint open, which looks like another way to the same',
    'warning: devices.psu.deny: names set-current and leaves write:current-setpoint open, which looks like another way to the same',
    'warning: interlock cold on psu: names set-voltage and leaves write:voltage-setpoint open, which looks like another way to the same',
    '',
  ]);
  const closed = rules(
    ", 'write:voltage-setpoint': { maximum: 5.5 }",
    ", 'write:current-setpoint'",
    ", 'write:voltage-setpoint'",
  );
  expect(await runHere(['check', await file('closed.yaml', closed)])).toMatchObject({ code: 0, stderr: '' });
  expect(
    await runHere(['check', await file('all.yaml', closed.replace(/forbid: .*?]/, "forbid: ['*']"))]),
  ).toMatchObject({
    code: 0,
    stderr: '',
  });
});

test('loads drivers of files and of packages that are installed beside the file', async () => {
  const good = await file(
    'mine.yaml',
    "drivers: [./mine.ts, '@acme/x']\ndevices: { a: { driver: mine }, b: { driver: acme } }\n",
  );
  expect(await run(main, ['check', good])).toEqual({
    code: 0,
    stdout: `${good}: OK, 2 devices, to be served on 127.0.0.1 port 7080\n  a: mine\n  b: acme\n`,
    stderr: '',
  });
});

test('a driver with a mistake is told with the place of the mistake', async () => {
  const wrong = {
    'broken.ts': 'const rate: number = 1;\nexport default { rate: ;',
    'enum.ts': '\nenum Kind { one }\nexport default Kind;',
    'export.ts': "import { nope } from 'node:fs';\nexport default nope;",
    'throws.ts': "function licence(): never {\n  throw new Error('no licence');\n}\nlicence();\nexport default 1;",
    'broken.mjs': 'export default {',
  };
  for (const [name, text] of Object.entries(wrong)) await file(name, text);
  const bad = await file(
    'wrong.yaml',
    `drivers: [${Object.keys(wrong)
      .map((name) => `./${name}`)
      .join(', ')}]\n`,
  );
  const { code, stderr } = await run(main, ['check', bad]);
  expect(code).toBe(1);
  expect(stderr.replaceAll(`${folder}/`, '').split('\n')).toEqual([
    expect.stringMatching(/drivers\[0\]: cannot be loaded: Expression expected \(broken\.ts:2\)$/),
    expect.stringMatching(/drivers\[1\]: cannot be loaded: .*enum is not supported.* \(enum\.ts:2\)$/),
    expect.stringMatching(/drivers\[2\]: cannot be loaded: .*'nope' \(export\.ts:1\)$/),
    expect.stringMatching(/drivers\[3\]: cannot be loaded: no licence \(throws\.ts:2:9\)$/),
    expect.stringMatching(/drivers\[4\]: cannot be loaded: .*; node --check broken\.mjs says where$/),
    '5 problems',
    '',
  ]);
});

test('a service that needs a key to start is told so, and no store is looked into', async () => {
  const open = await file('open.yaml', 'server: { host: 0.0.0.0 }\n');
  const { code, stdout, stderr } = await runHere(['check', open]);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/does not start on 0\.0\.0\.0 as long as it has no key: make one \(bellcrank keys create/);
});

test('says what to do about drivers that cannot be found', async () => {
  const bad = await file('missing.yaml', "drivers: [mine.ts, '@acme/y', ./gone.js, ./node_modules]\n");
  const { code, stderr } = await run(main, ['check', bad]);
  expect(code).toBe(1);
  expect(stderr.replaceAll(`${folder}/`, '')).toBe(
    `missing.yaml:1:11: drivers[0]: names no installed package; a file’s path starts with ./, as in ./mine.ts
missing.yaml:1:20: drivers[1]: names no package that is installed beside this file: npm install @acme/y
missing.yaml:1:31: drivers[2]: the file ./gone.js does not exist
missing.yaml:1:42: drivers[3]: is a folder; write ./node_modules/ for the definitions in it, or name the file of a driver
4 problems
`,
  );
});

test('never prints a secret, wherever it went wrong', async () => {
  const bad = await file(
    'secret.yaml',
    'connections: { a: { mqtt: { url: { env: S }, password: { env: S }, username: [{ env: S }] } } }\n',
  );
  const result = await runHere(['check', bad], { S: 'hunter2' });
  expect(result.code).toBe(1);
  expect(JSON.stringify(result)).not.toContain('hunter2');
});

test('a file that is not there is a problem of one line', async () => {
  expect(await run(main, ['check', 'no-such.yaml'])).toEqual({
    code: 1,
    stdout: '',
    stderr: 'no-such.yaml: does not exist\n1 problem\n',
  });
});
