import type { DeviceSettings } from '../device/settings.ts';
import type { Quality } from '../device/readings.ts';
import type { DeviceState } from '../device/state.ts';
import type { Limit } from '../driver/effective.ts';
import {
  arrayOf,
  choice,
  closedObject,
  count,
  type Described,
  flag,
  type Json,
  links,
  mapOf,
  nullable,
  pageOf,
  ref,
  text,
  time,
} from './openapi-json.ts';
import { affordances, stopOrNull } from './openapi-model-schemas.ts';

const states: Readonly<Record<DeviceState, string>> = {
  disabled: 'not connected, on purpose',
  offline: 'there is no connection, or nobody answers on it',
  connecting: 'the connection is being opened',
  quarantined: 'connected; nothing that comes is believed yet, and commands wait',
  ready: 'in step, and takes commands',
  recovering: 'out of step and being brought back; commands wait',
};
const managers: Readonly<Record<DeviceSettings['managedBy'], string>> = {
  config: 'the configuration file, and changed there',
  api: 'this interface',
};
const qualities: Readonly<Record<Quality, string>> = {
  good: 'fresh',
  stale: 'the device is away, or the value is older than its source allows',
  bad: 'the last attempt failed, or there was none; `error` says why',
};
const sources = {
  polled: 'the device is asked at intervals',
  pushed: 'the device tells it',
  'write-only': 'it cannot be read',
};

export const simulated = flag('Nothing real is behind it.');

const limit: Described<Limit> = {
  minimum: { type: 'number' },
  maximum: { type: 'number' },
  exclusiveMinimum: { type: 'number' },
  exclusiveMaximum: { type: 'number' },
  multipleOf: { type: 'number' },
  enum: { type: 'array' },
  minLength: { type: 'integer' },
  maxLength: { type: 'integer' },
};

const device = {
  id: text('Lower case letters, digits and hyphens.'),
  driver: text('One of GET /v1/models.'),
  model: text('What it is; the driver’s name, unless the device describes itself.'),
  connection: { type: ['string', 'null'], description: 'The connection it is on; null if it needs none.' },
  labels: mapOf({ type: 'string' }, 'Free labels to find devices by.'),
  state: choice(states),
  detail: text('Why it is not ready.'),
  stopped: flag('It was stopped, and answers 423 to everything but reads until it is released.'),
  stoppedBy: nullable(text('Who stopped it, and why; null while it is not stopped.')),
  simulated,
  managedBy: choice(managers),
  adopted: nullable(
    closedObject({
      candidate: text('Its id in GET /v1/discovery.'),
      auto: flag('By a rule of the configuration; otherwise somebody asked for it.'),
    }),
  ),
  lastSeenAt: nullable(time('When it last answered or told something.')),
  links: links('self', 'properties', 'model', 'openapi', 'td'),
};

const detail = {
  ...device,
  identity: nullable(text('What it told of itself when it was first reached; null if it has not, or cannot.')),
  enabled: flag('A disabled device is not connected.'),
  retries: count('How often what only reads or sets is sent again while its outcome is unknown.'),
  idleProbeMs: nullable(count('Milliseconds of silence after which it is asked whether it is there; null: never.')),
  onShutdown: choice({ leave: 'it is left as it is when the service ends', stop: 'it is stopped then' }),
  options: { description: 'What its driver was told; the model’s `options` is the schema.' },
  limits: mapOf(
    { anyOf: [ref('Limit'), mapOf(ref('Limit'), 'By parameter.')] },
    'What its parameters are narrowed to: by command, or by `write:` and the name of a property.',
  ),
  deny: { ...arrayOf({ type: 'string' }), description: 'Commands, and `write:` properties, that it does not offer.' },
  unmatched: count('Replies and lines that belonged to nothing.'),
  openAlarms: count(
    'Alarms of the device that hold, or that nobody has acknowledged: GET /v1/alarms?open=true&device=….',
  ),
  waiting: count('What waits for the line that it is on.'),
  ...affordances,
  stop: stopOrNull,
};

export const reading = {
  name: text('The property.'),
  value: { description: 'The last one known, in `unit`; null if there is none.' },
  unit: { type: ['string', 'null'] },
  at: nullable(time('When it was read.')),
  quality: choice(qualities),
  source: choice(sources),
  error: text('Why it is bad.'),
  simulated,
  links: links('self', 'device'),
};

export const deviceSchemas = {
  Device: { title: 'Device', description: 'A device as it stands in a list.', ...closedObject(device, ['detail']) },
  DeviceDetail: {
    title: 'Device in detail',
    description: 'A device with what it can do, narrowed by its `limits` and `deny`.',
    ...closedObject(detail, ['detail']),
  },
  DevicePage: pageOf('Device'),
  Limit: { description: 'Narrows one value.', ...closedObject(limit, Object.keys(limit) as (keyof Limit)[]) },
  Reading: { title: 'Reading', description: 'A property as it is known.', ...closedObject(reading, ['error']) },
  ReadingList: closedObject({ items: arrayOf(ref('Reading')) }),
} satisfies Record<string, Json>;
