import { type ActiveFault, type FaultReport, type SimulatedTime, speedLimits } from '../simulation/control.ts';
import { simulated } from './openapi-device-schemas.ts';
import {
  arrayOf,
  choice,
  closedObject,
  count,
  type Described,
  flag,
  type Json,
  links,
  nullable,
  openObject,
  pageOf,
  ref,
  text,
} from './openapi-json.ts';

const vias = {
  pty: 'a pseudo-terminal',
  tcp: 'a TCP socket',
  memory: 'the process’s own memory',
  mqtt: 'a broker',
};
const time: Described<SimulatedTime> = {
  speed: { type: 'number', ...speedLimits, description: '1 is real time.' },
  paused: flag('Its time stands still; it answers all the same.'),
  elapsedMs: count('Milliseconds of its own since it began.'),
};

const simulator = {
  id: text('The id of the device that it stands in for.'),
  model: text('What is simulated.'),
  connection: text('The connection that it is behind.'),
  via: choice(vias),
  seed: count('Fixes every random choice of the simulated device.'),
  part: nullable(text('Which of the devices behind the wire it is; null if its simulator shows none.')),
  time: ref('SimulatedTime'),
  activeFaults: count('Faults that are not over.'),
  simulated,
  links: links('self', 'device', 'state', 'faults', 'time', 'press'),
};

const detail = {
  ...simulator,
  buttons: { ...arrayOf({ type: 'string' }), description: 'What POST …/press takes.' },
  sharedWith: {
    ...arrayOf({ type: 'string' }),
    description: 'Devices that the same simulator stands in for: faults, time and plugs are theirs as well.',
  },
};

const id = text('The device’s id.');
const own = { id, simulated, links: links('self', 'simulator') };

const activeFault: Described<ActiveFault> = {
  fault: { description: 'As it was asked for.', ...openObject({ kind: text('Which one.') }) },
  acted: count('How often it has acted.'),
  active: flag('It is not over yet.'),
};

const report: Described<FaultReport> = {
  seed: count('Fixes every random choice of the faults: the same seed and faults make the same run on a memory wire.'),
  faults: arrayOf(ref('ActiveFault')),
};

const entry = {
  name: text('As PATCH takes it.'),
  value: { description: 'As it is now.' },
  settable: flag('It can be changed; otherwise it follows from the rest.'),
  schema: { type: 'object', description: 'JSON Schema of the value, with title and unit where it has them.' },
};

/** The keys of a request; what each may be is the control's own business, and says so in the errors. */
const someTime = {
  type: 'object',
  properties: { speed: time.speed, paused: time.paused },
  additionalProperties: false,
  minProperties: 1,
};

export const simulatorSchemas = {
  Simulator: { title: 'Simulator', description: 'What stands in for a device.', ...closedObject(simulator) },
  SimulatorDetail: {
    title: 'Simulator in detail',
    description: 'What stands in for a device, and what can be done to it.',
    ...closedObject(detail),
  },
  SimulatorPage: pageOf('Simulator'),
  FaultsRequest: openObject({ seed: { type: 'integer' }, faults: arrayOf(openObject({ kind: text('Which one.') })) }, [
    'seed',
  ]),
  ActiveFault: { description: 'A fault, and what has become of it.', ...closedObject(activeFault) },
  FaultReport: { title: 'Faults', description: 'What goes wrong on its wire.', ...closedObject({ ...own, ...report }) },
  SimulatedTime: { description: 'A simulator’s own clock.', ...closedObject(time) },
  SimulatorTime: { title: 'Time of a simulator', ...closedObject({ ...own, ...time }) },
  SimulatorTimeRequest: someTime,
  SimulatorState: {
    title: 'State of a simulated device',
    description: 'What it is like, whatever it tells on its wire.',
    ...closedObject({ ...own, part: simulator.part, items: arrayOf(ref('SimulatorStateEntry')) }),
  },
  SimulatorStateEntry: closedObject(entry),
  SimulatorStateRequest: {
    type: 'object',
    minProperties: 1,
    description: 'New values by name. What a device has is in the operation of its own path.',
  },
} satisfies Record<string, Json>;
