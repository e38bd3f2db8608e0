type Random = () => number;

/** A device of the lab, and what is asked of it over and over. */
export interface Bench {
  readonly device: string;
  /** Whether its wire is disturbed now and then. */
  readonly faulty: boolean;
  readonly ask: (random: Random) => readonly [method: 'POST' | 'PUT', path: string, body: unknown];
}

const tenths = (random: Random, most: number): number => Math.round(random() * most * 10) / 10;

/** Every kind of wire, each with a fault now and then, and each but the shared line once more without. */
export const benches: readonly Bench[] = [
  {
    device: 'psu-1',
    faulty: true,
    ask: (random) => ['POST', 'commands/set-voltage', { volts: tenths(random, 30) }],
  },
  {
    device: 'psu-2',
    faulty: false,
    ask: (random) => ['POST', 'commands/set-voltage', { volts: tenths(random, 5) }],
  },
  { device: 'plug-1', faulty: true, ask: (random) => ['POST', 'commands/power', { on: random() < 0.5 }] },
  { device: 'plug-2', faulty: false, ask: (random) => ['POST', 'commands/power', { on: random() < 0.5 }] },
  { device: 'oven-1', faulty: true, ask: (random) => ['POST', 'commands/heat', { celsius: tenths(random, 80) }] },
  {
    device: 'stirrer-1',
    faulty: true,
    ask: (random) => ['PUT', 'properties/setpoint', { value: Math.floor(random() * 2000) }],
  },
];

/** What goes wrong, one at a time. Each wire can have each of these. */
export const faults = [
  { kind: 'delay', ms: 20, jitterMs: 20 },
  { kind: 'late', ms: 2500, every: 5 },
  { kind: 'drop', probability: 0.2 },
  { kind: 'duplicate', probability: 0.3 },
  { kind: 'corrupt', probability: 0.1 },
  { kind: 'truncate', probability: 0.1 },
  { kind: 'mute', clearAfterMs: 3000 },
  { kind: 'hang', clearAfterMs: 3000 },
  { kind: 'nak', probability: 0.3 },
  { kind: 'unplug', returnAfterMs: 500 },
];

/** What takes the service longer. */
export const long = ['/v1/devices', '/v1/commands?limit=100', '/v1/discovery', '/metrics', '/openapi.json'];

/** What people and programs look at meanwhile. */
export const pages = [
  '/v1/commands?limit=5',
  '/v1/devices/psu-2',
  '/v1/alarms',
  '/health/ready',
  '/v1/devices/psu-2/properties',
  '/v1/devices/psu-2/properties/measured-voltage?maxAgeMs=0',
];
