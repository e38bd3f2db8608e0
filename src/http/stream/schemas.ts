import type { LeaseEvent } from '../../command/leases/lease.ts';
import type { ValueCause } from '../../device/cause.ts';
import type { DeviceEvent } from '../../device/settings.ts';
import type { DiscoveryEvent } from '../../discovery/discovery.ts';
import type { SimulatorEvent } from '../../simulation/control.ts';
import type { GapReason } from '../../stream/index.ts';
import { alarmChanges } from '../openapi-alarm-schemas.ts';
import { command, optionalOfCommand } from '../openapi-command-schemas.ts';
import { reading, simulated } from '../openapi-device-schemas.ts';
import {
  arrayOf,
  choice,
  closedObject,
  count,
  type Described,
  type Json,
  mapOf,
  nullable,
  openObject,
  ref,
  text,
  time,
} from '../openapi-json.ts';

type DeviceChange = Exclude<DeviceEvent['kind'], 'property' | 'unread' | 'event' | 'unmatched'>;

const deviceChanges: Readonly<Record<DeviceChange, string>> = {
  added: 'it is known from now on',
  removed: 'it is known no more',
  labels: 'it has other labels',
  state: 'its `state` is another',
  model: 'it can do other things than before',
  stopped: 'a stop has ended',
  latched: 'it was stopped, and answers 423 until it is released',
  released: 'it takes commands again',
};
const leaseChanges: Readonly<Record<LeaseEvent['kind'], string>> = {
  granted: 'somebody took it',
  renewed: 'it lasts longer',
  stolen: 'somebody else took it',
  released: 'its holder gave it back',
  expired: 'it ran out',
  dropped: 'its device was removed',
  'stop-failed': 'it ran out, and the stop that this calls for did not succeed',
};
const candidateChanges: Readonly<Record<DiscoveryEvent['kind'], string>> = {
  found: 'it announces itself',
  changed: 'it says something else',
  stale: 'whether it is still there is not known',
  gone: 'it is no longer announced',
  adopted: 'it has become a device',
};
const gapReasons: Readonly<Record<GapReason, string>> = {
  expired: 'it is no longer kept',
  restarted: 'the id is of an earlier run of the service',
  unknown: 'there has been no such id',
};

const kindOf = (kind: ValueCause['kind']): Json => ({ const: kind });
const cause = {
  description: 'A command whose call told it; a question that somebody or a poll asked; or the device by itself.',
  anyOf: [
    closedObject({ kind: kindOf('command'), commandId: command.id }),
    closedObject({ kind: kindOf('poll') }),
    closedObject({ kind: kindOf('external') }),
  ],
};

const { links: _, ...readingAlone } = reading;

const eventsOf: { readonly [K in SimulatorEvent['kind']]: Json } = {
  faults: closedObject({
    kind: { const: 'faults' },
    report: closedObject({ seed: count('As it was set.'), faults: arrayOf(ref('ActiveFault')) }),
  }),
  acted: closedObject({ kind: { const: 'acted' }, fault: text('Which.'), detail: text('What it did.') }, ['detail']),
  state: closedObject({ kind: { const: 'state' }, part: text('Of the simulator.'), changed: mapOf({}, 'By name.') }),
  time: closedObject({ kind: { const: 'time' }, time: ref('SimulatedTime') }),
  pressed: closedObject({ kind: { const: 'pressed' }, button: text('Which.') }),
};

const device = text('The device’s id.');
const at = time('When.');

const gap: Described<Record<'from' | 'to' | 'reason' | 'reload', unknown>> = {
  from: count('The id after which the reader wanted to go on.'),
  to: count('The id up to which nothing can be told.'),
  reason: choice(gapReasons),
  reload: { ...arrayOf({ type: 'string', format: 'uri-reference' }), description: 'What to ask for instead.' },
};

/** What each event of the live stream carries, by the name that it has there. */
export const streamSchemas = {
  StreamSnapshot: {
    title: 'How a device stands',
    ...closedObject({
      kind: { const: 'device' },
      device: ref('Device'),
      properties: arrayOf(ref('StreamReading')),
      lease: nullable(ref('Lease')),
      commands: { ...arrayOf(ref('Command')), description: 'Those that are queued or sent.' },
      simulated,
    }),
  },
  StreamAlarms: {
    title: 'Which alarms are open',
    ...closedObject({ kind: { const: 'alarms' }, alarms: arrayOf(ref('Alarm')) }),
  },
  StreamSynced: {
    title: 'End of the snapshot',
    ...closedObject({ at, devices: count('How many devices were told.') }),
  },
  StreamReading: { title: 'A property where its device is told', ...closedObject(readingAlone, ['error']) },
  StreamProperty: {
    title: 'A value',
    description: 'A property was told, or can no longer be relied on.',
    ...closedObject({ device, ...readingAlone, cause }, ['error', 'cause']),
  },
  StreamCommand: {
    title: 'A command',
    description: 'Each time that its state is on record.',
    ...closedObject(
      {
        ...command,
        position: count('Commands ahead of it.'),
        progress: mapOf({}, 'How far it is, as its driver says.'),
      },
      [...optionalOfCommand, 'position', 'progress'],
    ),
  },
  StreamEvent: {
    title: 'An event of a device',
    ...closedObject({ device, name: text('The event.'), data: { description: 'As its model says.' }, at, simulated }),
  },
  StreamDevice: {
    title: 'A change of a device',
    ...closedObject({ device, change: choice(deviceChanges), at, view: nullable(ref('Device')), simulated }),
  },
  StreamLease: {
    title: 'A change of a lease',
    ...closedObject({ device, change: choice(leaseChanges), lease: nullable(ref('Lease')), at, simulated }),
  },
  StreamSimulator: {
    title: 'What was done to a simulator',
    ...closedObject({
      connection: text('The connection that it is behind.'),
      model: text('What is simulated.'),
      devices: { ...arrayOf({ type: 'string' }), description: 'Whom it concerns.' },
      event: { anyOf: Object.values(eventsOf) },
      at,
      simulated: { const: true },
    }),
  },
  StreamCandidate: {
    title: 'What announces itself',
    ...closedObject({
      change: choice(candidateChanges),
      id: text('The candidate’s id.'),
      candidate: nullable(ref('Candidate')),
      at,
      simulated,
    }),
  },
  StreamAlarm: {
    title: 'A transition of an alarm',
    ...closedObject({ change: choice(alarmChanges), alarm: ref('Alarm'), at, simulated }),
  },
  StreamGap: { title: 'What cannot be told', ...closedObject(gap) },
  StreamBye: { title: 'The end', ...closedObject({ reason: text('Why the service ends it.') }) },
  StreamShortened: {
    title: 'What was too long',
    description: 'In place of any other that is longer than 262,144 characters: what of it is short.',
    ...openObject({ omitted: { ...arrayOf({ type: 'string' }), description: 'The keys that are left out.' } }),
  },
} satisfies Record<string, Json>;
