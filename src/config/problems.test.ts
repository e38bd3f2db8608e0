import { describe, expect, test } from 'vitest';
import { problemsOf } from './fixture.ts';

const connections = `connections:
  line: { serial: { path: /dev/a } }
  net: { tcp: { host: h, port: 1 } }
  broker: { mqtt: { url: mqtt://h } }
  pty: { simulate: { model: supply, via: pty } }
  mem: { simulate: { model: supply, via: memory } }
  sim: { simulate: { model: plug, via: mqtt } }
devices:
`;

/** Device lines follow the eight lines above. */
const device = (line: string): string => `${connections}  d: ${line}\n`;

describe('the text', () => {
  const cases: [string, string, string[]][] = [
    ['nothing', '', ['1:1: the file is empty']],
    ['only a comment', '# later\n', ['1:1: the file is empty']],
    ['a list', '- a\n', ['1:1: must be object, not an array']],
    ['a tab', 'server:\n\tport: 1\n', ['2:1: is not valid YAML: lines are indented with spaces, and here is a tab']],
    [
      'two documents',
      'log: {}\n---\nlog: {}\n',
      ['2:1: is not valid YAML: the file may hold only one document, and --- starts a second'],
    ],
    ['a key twice', 'log: {}\nserver: {}\nlog: {}\n', ['3:1: log: is written twice; the first one is on line 1']],
    [
      'a nested key twice',
      'server: { port: 1, port: 2 }\n',
      ['1:20: server.port: is written twice; the first one is on line 1'],
    ],
    [
      'an alias of nothing',
      'server: *base\n',
      [
        '1:9: server: begins with *, which stands for a value that has been named with &, and none has; quotes make a text of it',
      ],
    ],
    [
      'a tag',
      'server: { port: !!set { a } }\n',
      ['1:23: server.port: begins with !, which makes it a tag that means nothing here; quotes make a text of it'],
    ],
    [
      'a tag of one’s own',
      'log: { level: !secret x }\n',
      ['1:23: log.level: begins with !, which makes it a tag that means nothing here; quotes make a text of it'],
    ],
    ['a list as key', '? [a]\n: 1\n', ['1:3: is not valid YAML: keys must be text']],
    [
      'YAML 1.1 merge',
      'log: { <<: { level: info } }\n',
      [
        '1:8: log["<<"]: is not a known key: merge keys are not part of YAML 1.2; write its keys here, or an alias (*name) for all of the value',
      ],
    ],
    ['CRLF', 'log: {}\r\nserver:\r\n  port: x\r\n', ['3:9: server.port: must be integer, not a string']],
    ['a byte-order mark', '\uFEFFlog: {}\nserver: 1\n', ['2:9: server: must be object, not a number']],
  ];
  test.each(cases)('%s', async (_name, text, expected) => {
    expect(await problemsOf(text)).toEqual(expected.map((line) => `lab.yaml:${line}`));
  });

  test('a quote that is never closed is told where it stands', async () => {
    expect(await problemsOf('log: "info\nserver: {}\ndevices: {}\n')).toEqual([
      'lab.yaml:1:6: is not valid YAML: the " that stands here is not closed',
    ]);
  });

  test('several syntax errors are told together', async () => {
    expect(await problemsOf('a: b: c\nd: "x\n')).toHaveLength(2);
  });

  test('nesting and aliases without end are refused in bounded time', async () => {
    const bomb = ['a0: &a0 [x, x]', ...Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`)];
    expect((await problemsOf(bomb.join('\n'))).at(0)).toContain('is more than 50 levels deep or');
    expect(await problemsOf('log: &x [*x]')).toEqual([
      expect.stringContaining('is more than 50 levels deep or, with its aliases, more than 500000 values'),
      'lab.yaml:1:9: log: must be object, not an array',
    ]);
    for (const level of ['[', '- ', '? ', '{a: ', '[a: ']) {
      const deep = level.repeat((4 * 1024 * 1024) / level.length);
      const places = (await problemsOf(deep)).map(
        (problem) => /^lab\.yaml:1:(\d+): is not valid YAML: /.exec(problem)?.[1],
      );
      expect([places.length, Number(places[0]) < 1000]).toEqual([1, true]);
    }
    const indented = Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n');
    expect((await problemsOf(indented)).join()).toMatch(
      /^lab\.yaml:\d+:\d+: is not valid YAML: it is nested too deep$/,
    );
    expect((await problemsOf(`${'{a: '.repeat(60)}${'}'.repeat(60)}`)).join()).toContain('levels deep');
  }, 30_000);

  test.each(['1,', '[],', '{a},', '- 1\n', '-\n', 'a:\n', '?\n', ','])(
    'values without end are refused before anything is made of them: %j',
    async (each) => {
      const text = each.repeat((4 * 1024 * 1024) / each.length);
      expect(await problemsOf(each.endsWith(',') ? `[${text}` : text)).toEqual([
        expect.stringMatching(/^lab\.yaml:\d+:\d+: is not valid YAML: it has more than 500000 values$/),
      ]);
    },
    30_000,
  );
});

describe('the fixed sections', () => {
  const cases: [string, string[]][] = [
    ['server: { port: 70800 }', ['1:17: server.port: must be <= 65535']],
    ['server: { port: "7080" }', ['1:17: server.port: must be integer, not a string']],
    ['server: { prot: 1 }', ['1:11: server.prot: is not a known key; did you mean "port"?']],
    [
      'server: { zzzzzz: 1 }',
      [
        '1:11: server.zzzzzz: is not a known key; known: host, port, allowedHosts, bodyLimitBytes, streamClients, streamEntries, streamMegabytes, tls, cors, limits',
      ],
    ],
    ['server:', ['1:8: server: must be object, not null: nothing stands there; remove the key if nothing is meant']],
    ['alarms: ~', ['1:9: alarms: must be array, not null: nothing stands there; remove the key if nothing is meant']],
    ['sever: {}', ['1:1: sever: is not a known key; did you mean "server"?']],
    [
      'log: { level: verbose }',
      ['1:15: log.level: must be one of "trace", "debug", "info", "warn", "error", "fatal", "silent"'],
    ],
    ['simulation: { brokerPort: -1 }', ['1:27: simulation.brokerPort: must be >= 0']],
    [
      'server: { allowedHosts: [bench.lan, "a:80"] }',
      ['1:37: server.allowedHosts[1]: must match pattern "^[^\\s/:]+$"'],
    ],
    ['drivers: ./mine.ts', ['1:10: drivers: must be array, not a string; put it between [ and ]']],
    ['devices: []', ['1:10: devices: must be object, not an array; write NAME: { … } for each']],
  ];
  test.each(cases)('%s', async (text, expected) => {
    expect(await problemsOf(text)).toEqual(expected.map((line) => `lab.yaml:${line}`));
  });

  test.each(['127.0.0.1', '::1', 'localhost', '0.0.0.0', 'bench.lan'])('listens on %s', async (host) => {
    expect(await problemsOf(`server: { host: "${host}" }`)).toEqual([]);
  });
});

describe('connections', () => {
  const choice = 'serial, tcp, mqtt, simulate';
  const cases: [string, string[]][] = [
    ['a: {}', [`2:6: connections.a: needs one of ${choice}`]],
    ['a: { simulated: true }', [`2:6: connections.a: needs one of ${choice}`]],
    ['a:', ['2:5: connections.a: must be object, not null: nothing stands there; remove the key if nothing is meant']],
    ['a: { seriall: { path: x } }', ['2:8: connections.a.seriall: is not a known key; did you mean "serial"?']],
    [
      'a: { path: x, host: h }',
      [
        '2:8: connections.a.path: is not a known key here, but within serial: write serial: { path: … }',
        '2:17: connections.a.host: is not a known key here, but within tcp: write tcp: { host: … }',
      ],
    ],
    ['a: { type: serial }', ['2:8: connections.a.type: is not a known key; write serial: { … }']],
    ['a: { tcp: "h:1" }', ['2:13: connections.a.tcp: must be object, not a string; write { host: …, … }']],
    [
      'a: { serial: { path: x }, tcp: { host: h, port: 1 } }',
      [`2:6: connections.a: has serial and tcp; it takes exactly one of ${choice}`],
    ],
    [
      'a: { serial: { baudRate: fast } }',
      [
        '2:8: connections.a.serial.path: is required',
        '2:28: connections.a.serial.baudRate: must be integer, not a string',
      ],
    ],
    [
      'a: { serial: { path: x, baudrate: 1 } }',
      ['2:27: connections.a.serial.baudrate: is not a known key; did you mean "baudRate"?'],
    ],
    [
      'a: { mqtt: { url: "http://h" } }',
      ['2:21: connections.a.mqtt.url: must match pattern "^mqtts?://". The broker.'],
    ],
    [
      'My_Line: { tcp: { host: h, port: 1 } }',
      [
        '2:3: connections.My_Line: the name must be 1 to 63 lower-case letters, digits and hyphens, and start with a letter or a digit',
      ],
    ],
    [
      'a: { simulate: { model: suply, via: pty } }',
      ['2:27: connections.a.simulate.model: names no simulator; did you mean "supply"?'],
    ],
    [
      'a: { simulate: { model: supply, via: usb } }',
      ['2:40: connections.a.simulate.via: must be one of "pty", "tcp", "memory", "mqtt"'],
    ],
    [
      'a: { simulate: { model: supply, via: mqtt } }',
      ['2:40: connections.a.simulate.via: does not fit supply, which goes via pty, tcp, memory'],
    ],
    [
      'a: { simulate: { model: plug, via: pty } }',
      ['2:38: connections.a.simulate.via: does not fit plug, which goes via memory, mqtt'],
    ],
    [
      'a: { simulate: { model: supply } }',
      ['2:8: connections.a.simulate.via: is required: one of pty, tcp, memory, mqtt'],
    ],
    [
      'a: { simulate: { model: supply, via: pty, options: { lode: 1 } } }',
      ['2:56: connections.a.simulate.options.lode: is not a known key; did you mean "load"?'],
    ],
    ['a: { simulate: { model: supply, via: pty, seed: -1 } }', ['2:51: connections.a.simulate.seed: must be >= 0']],
    [
      'a: { simulate: { model: supply, via: pty }, simulated: true }',
      [
        '2:47: connections.a.simulated: is for a simulator of someone else’s; with simulate everything is flagged anyway, so remove it',
      ],
    ],
    [
      'a: { tcp: { host: h, port: 1 }, simulated: yes }',
      ['2:46: connections.a.simulated: must be boolean, not a string'],
    ],
    [
      'a: { serial: { path: /dev/x } }\n  b: { serial: { path: /dev/x } }',
      [
        '3:24: connections.b.serial.path: is the same as that of the connection a; devices on one line share one connection',
      ],
    ],
  ];
  test.each(cases)('%s', async (text, expected) => {
    expect(await problemsOf(`connections:\n  ${text}\n`)).toEqual(expected.map((line) => `lab.yaml:${line}`));
  });
});

describe('devices', () => {
  const cases: [string, string[]][] = [
    ['{}', ['9:3: devices.d.driver: is required']],
    ['{ driver: supply }', ['9:3: devices.d.connection: is required; supply speaks serial, tcp']],
    ['{ driver: suply, connection: line }', ['9:16: devices.d.driver: names no driver; did you mean "supply"?']],
    ['{ driver: gantry, connection: line }', ['9:16: devices.d.driver: names no driver; known: supply, plug, virtual']],
    [
      '{ driver: Supply, connection: line }',
      ['9:16: devices.d.driver: must match pattern "^[a-z0-9][a-z0-9-]{0,62}$". The driver, by the name of its model.'],
    ],
    ['{ driver: supply, connection: lime }', ['9:36: devices.d.connection: names no connection; did you mean "line"?']],
    [
      '{ driver: supply, conection: line }',
      [
        '9:3: devices.d.connection: is required; supply speaks serial, tcp',
        '9:24: devices.d.conection: is not a known key; did you mean "connection"?',
      ],
    ],
    ['{ driver: virtual, connection: line }', ['9:25: devices.d.connection: is not used by virtual; remove it']],
    [
      '{ driver: supply, connection: broker }',
      ['9:36: devices.d.connection: broker is mqtt, and supply speaks serial, tcp'],
    ],
    [
      '{ driver: plug, connection: net, options: { topic: t } }',
      ['9:34: devices.d.connection: net is tcp, and plug speaks mqtt'],
    ],
    [
      '{ driver: plug, connection: pty, options: { topic: t } }',
      ['9:34: devices.d.connection: pty is a simulator via pty, and plug speaks mqtt'],
    ],
    [
      '{ driver: plug, connection: mem, options: { topic: t } }',
      ['9:34: devices.d.connection: mem simulates supply, and the driver is plug'],
    ],
    ['{ driver: plug, connection: broker }', ['9:3: devices.d.options.topic: is required']],
    [
      '{ driver: plug, connection: broker, options: { topic: "" } }',
      ['9:60: devices.d.options.topic: must NOT have fewer than 1 characters'],
    ],
    [
      '{ driver: plug, connection: broker, options: { topics: t } }',
      [
        '9:42: devices.d.options.topic: is required',
        '9:53: devices.d.options.topics: is not a known key; did you mean "topic"?',
      ],
    ],
    [
      '{ driver: supply, connection: line, labels: { rack: 2, on: true } }',
      [
        '9:58: devices.d.labels.rack: must be string, not a number; put it in quotes',
        '9:65: devices.d.labels.on: must be string, not a boolean; put it in quotes',
      ],
    ],
    [
      '{ driver: supply, connection: line, labels: { "a.b c": 2 } }',
      ['9:61: devices.d.labels["a.b c"]: must be string, not a number; put it in quotes'],
    ],
    [
      '{ driver: supply, connection: line, deny: [selftest] }',
      ['9:49: devices.d.deny[0]: names no command; supply has: set-voltage, reset'],
    ],
    [
      '{ driver: supply, connection: line, deny: [reset, reset] }',
      ['9:48: devices.d.deny: must NOT have duplicate items (items ## 1 and 0 are identical)'],
    ],
    [
      '{ driver: supply, connection: line, limits: { set-voltage: { volts: { maximum: 40 } } } }',
      [
        '9:85: devices.d.limits.set-voltage.volts.maximum: would widen the range; the model allows numbers from 0 V up to 30 V',
      ],
    ],
    [
      '{ driver: supply, connection: line, limits: { set-voltage: { volts: { maximum: "5" } } } }',
      ['9:85: devices.d.limits.set-voltage.volts.maximum: must be number, not a string'],
    ],
    [
      '{ driver: supply, connection: line, limits: { set-voltage: { volts: { maximun: 5 } } } }',
      ['9:76: devices.d.limits.set-voltage.volts.maximun: is not a known key; did you mean "maximum"?'],
    ],
    [
      '{ driver: supply, connection: line, limits: { set-voltage: { amps: { maximum: 5 } } } }',
      ['9:73: devices.d.limits.set-voltage.amps: is no parameter of set-voltage; it takes: volts'],
    ],
    [
      '{ driver: supply, connection: line, limits: { "write:setpoint": { minimum: 9, maximum: 8 } } }',
      ['9:70: devices.d.limits.write:setpoint: leaves no value; the model allows numbers from 0 up to 30'],
    ],
    [
      '{ driver: supply, connection: line, limits: { "write:voltage": { maximum: 8 } } }',
      ['9:69: devices.d.limits.write:voltage: is read-only already; of supply can be written: setpoint'],
    ],
    [
      '{ driver: supply, connection: line, limits: { "write:setpoint": { volts: 8 } } }',
      [
        '9:72: devices.d.limits.write:setpoint.volts: is not a known key; known: minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, enum, minLength, maxLength',
      ],
    ],
  ];
  test.each(cases)('%s', async (text, expected) => {
    expect(await problemsOf(device(text))).toEqual(expected.map((line) => `lab.yaml:${line}`));
  });

  test.each([
    '{ driver: supply, connection: line }',
    '{ driver: supply, connection: net }',
    '{ driver: supply, connection: pty }',
    '{ driver: supply, connection: mem, limits: { set-voltage: { volts: { maximum: 5 } } }, deny: [reset, "write:setpoint"] }',
    '{ driver: plug, connection: broker, options: { topic: t } }',
    '{ driver: plug, connection: sim, options: { topic: t, prefix: p } }',
    '{ driver: virtual }',
  ])('accepts %s', async (text) => {
    expect(await problemsOf(device(text))).toEqual([]);
  });

  test('an id follows the rule of names', async () => {
    expect(await problemsOf(`${connections}  PSU 1: { driver: virtual }`)).toEqual([
      'lab.yaml:9:3: devices["PSU 1"]: the name must be 1 to 63 lower-case letters, digits and hyphens, and start with a letter or a digit',
    ]);
  });

  test('a device on a connection that is itself wrong is not blamed for it', async () => {
    expect(await problemsOf('connections: { a: {} }\ndevices: { d: { driver: supply, connection: a } }')).toEqual([
      'lab.yaml:1:19: connections.a: needs one of serial, tcp, mqtt, simulate',
    ]);
  });
});

test('all problems of a file are told at once, in its order', async () => {
  const text = `server:
  port: x
connections:
  a: { serial: { pth: /dev/a } }
devices:
  one: { driver: supplyy, connection: a }
  two:
    driver: plug
    connection: a
    options: { topic: 5 }
  two: {}
`;
  expect(await problemsOf(text)).toEqual([
    'lab.yaml:2:9: server.port: must be integer, not a string',
    'lab.yaml:4:8: connections.a.serial.path: is required',
    'lab.yaml:4:18: connections.a.serial.pth: is not a known key; did you mean "path"?',
    'lab.yaml:6:18: devices.one.driver: names no driver; did you mean "supply"?',
    'lab.yaml:9:17: devices.two.connection: a is serial, and plug speaks mqtt',
    'lab.yaml:10:23: devices.two.options.topic: must be string, not a number; put it in quotes',
    'lab.yaml:11:3: devices.two: is written twice; the first one is on line 7',
  ]);
});

test('a hundred are shown and the rest is counted', async () => {
  const devices = Array.from({ length: 150 }, (_, index) => `  d${index}: {}`).join('\n');
  const lines = await problemsOf(`devices:\n${devices}`);
  expect(lines).toHaveLength(101);
  expect(lines.at(-1)).toBe('… and 50 more');
});
