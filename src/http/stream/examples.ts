/** What stands in the stream, as it is told of a simulated supply. */

const at = '2026-03-01T09:30:00.000Z';
const id = '0199f3a2-5c1e-7b3a-9d42-6f1c0a8e2b71';
const links = { device: '/v1/devices/psu-1' };

const view = {
  id: 'psu-1',
  driver: 'scpi-supply',
  model: 'scpi-supply',
  connection: 'psu-1-line',
  labels: { bench: 'left' },
  state: 'ready',
  stopped: false,
  stoppedBy: null,
  simulated: true,
  managedBy: 'config',
  adopted: null,
  lastSeenAt: at,
  links: {
    self: '/v1/devices/psu-1',
    properties: '/v1/devices/psu-1/properties',
    model: '/v1/models/scpi-supply',
    openapi: '/openapi.json?device=psu-1',
    td: '/v1/devices/psu-1/td',
  },
};

const reading = {
  name: 'measured-voltage',
  value: 5,
  unit: 'V',
  at,
  quality: 'good',
  source: 'polled',
  simulated: true,
};

export const snapshot = {
  kind: 'device',
  device: view,
  properties: [reading],
  lease: null,
  commands: [],
  simulated: true,
};
export const synced = { at, devices: 1 };
export const property = { device: 'psu-1', ...reading, cause: { kind: 'poll' } };
export const command = {
  id,
  device: 'psu-1',
  command: 'set-voltage',
  params: { volts: 5 },
  state: 'ended',
  outcome: 'succeeded',
  confirmation: 'acknowledged',
  result: {},
  by: 'anonymous',
  simulated: true,
  submittedAt: at,
  sentAt: at,
  endedAt: at,
  links: { self: `/v1/commands/${id}`, ...links },
};
export const event = {
  device: 'psu-1',
  name: 'device-error',
  data: { code: -113, text: 'Undefined header' },
  at,
  simulated: true,
};
export const device = { device: 'psu-1', change: 'state', at, view, simulated: true };
export const lease = {
  device: 'psu-1',
  change: 'granted',
  lease: {
    device: 'psu-1',
    holder: 'anonymous',
    note: 'burn-in',
    ttlMs: 60_000,
    onExpiry: 'stop',
    grantedAt: at,
    expiresAt: '2026-03-01T09:31:00.000Z',
    simulated: true,
    links: { self: '/v1/devices/psu-1/lease', ...links },
  },
  at,
  simulated: true,
};
export const simulator = {
  connection: 'psu-1-line',
  model: 'scpi-supply',
  devices: ['psu-1'],
  event: { kind: 'pressed', button: 'output' },
  at,
  simulated: true,
};
export const candidate = {
  change: 'gone',
  id: '6d1f8a0c',
  candidate: null,
  at,
  simulated: true,
};
export const alarm = {
  change: 'raised',
  alarm: {
    id,
    alarm: 'overvoltage',
    device: 'psu-1',
    property: 'measured-voltage',
    kind: 'high',
    severity: 'critical',
    message: 'The board takes 5.5 V.',
    state: 'active',
    open: true,
    value: 5.6,
    limit: 5.5,
    reference: null,
    unit: 'V',
    detail: '5.6 V is above 5.5 V',
    firstRaisedAt: at,
    raisedAt: at,
    occurrences: 1,
    acknowledgedAt: null,
    acknowledgedBy: null,
    clearedAt: null,
    simulated: true,
    links: { self: `/v1/alarms/${id}`, ...links },
  },
  at,
  simulated: true,
};
export const gap = {
  from: 1_772_357_400_000_000,
  to: 1_772_357_460_000_000,
  reason: 'restarted',
  reload: ['/v1/devices', '/v1/commands?from=2026-03-01T09:30:00.000Z'],
};
export const bye = { reason: 'the service is shutting down' };
