import type { OnExpiry } from '../command/leases/lease.ts';
import { simulated } from './openapi-device-schemas.ts';
import { choice, closedObject, type Json, links, text, time } from './openapi-json.ts';

const endings: Readonly<Record<OnExpiry, string>> = {
  release: 'the device is free',
  stop: 'the device is stopped and latched (a dead-man switch)',
};

const lease = {
  device: text('The device’s id.'),
  holder: text('Who took it.'),
  note: text('Why, in the holder’s words.'),
  ttlMs: { type: 'integer', description: 'Milliseconds that it lasts from each renewal on.' },
  onExpiry: { ...choice(endings), title: 'What happens when it runs out' },
  grantedAt: time('When it was taken.'),
  expiresAt: time('When it runs out unless it is renewed.'),
  stolenFrom: text('Who held it when it was stolen.'),
  simulated,
  links: links('self', 'device'),
};

const token = text('The secret for `Lease-Token`, told to its holder alone. It is kept nowhere.');

export const leaseSchemas = {
  Lease: {
    title: 'Lease',
    description: 'Exclusive control of a device, for a time.',
    ...closedObject(lease, ['stolenFrom']),
  },
  GrantedLease: { title: 'Granted lease', ...closedObject({ ...lease, token }, ['stolenFrom']) },
} satisfies Record<string, Json>;
