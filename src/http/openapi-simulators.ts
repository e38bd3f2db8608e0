import type { Caller } from '../access/caller.ts';
import type { SimulatedDevice } from '../simulation/simulators.ts';
import { type Answer, problemResponse, requestBody, responsesOf, staticAnswers } from './openapi-answers.ts';
import type { Components } from './openapi-components.ts';
import type { Json } from './openapi-json.ts';

/** What is the device's own of its simulator: its state, its faults and its buttons, each as an operation with their schemas. */
export function simulatorOperations(components: Components, simulated: SimulatedDevice, caller: Caller): Json {
  const { device, control, part } = simulated;
  const root = `/v1/simulators/${device.id}`;
  const state = part === undefined ? {} : control.state(part);
  const settable = Object.entries(state).filter((entry) => entry[1].settable);
  const changes = {
    type: 'object',
    properties: Object.fromEntries(settable.map(([name, { schema }]) => [name, schema])),
    additionalProperties: false,
    minProperties: 1,
  };
  const button = { type: 'string', enum: control.buttons };
  const press = { type: 'object', properties: { button }, required: ['button'], additionalProperties: false };
  const operation = (id: keyof typeof summaries, schema?: Json): Json => operationOf(device.id, id, schema);
  const name = `${control.model}.simulated-state`;
  const mayRead = caller.may({ action: 'read', device });
  const maySimulate = caller.may({ action: 'simulate', device });
  // A path of its own stands before the template that it fits: it has everything that can be done there.
  const paths = {
    [`${root}/faults`]: {
      ...(mayRead && { get: operation('getFaults') }),
      ...(maySimulate && {
        put: operation('setFaults', faultsRef(components, simulated)),
        delete: operation('clearFaults'),
      }),
    },
    ...(settable.length > 0 && {
      [`${root}/state`]: {
        ...(mayRead && { get: operation('getSimulatedState') }),
        ...(maySimulate && {
          patch: operation('setSimulatedState', components.ref(name, device.id, changes)),
        }),
      },
    }),
    ...(control.buttons.length > 0 && maySimulate && { [`${root}/press`]: { post: operation('pressButton', press) } }),
  };
  return Object.fromEntries(Object.entries(paths).filter(([, item]) => Object.keys(item).length > 0));
}

/** Devices on wires of one shape have the same faults. */
function faultsRef(components: Components, { device, control }: SimulatedDevice): Json {
  return components.ref(`faults.${device.carries}`, device.id, control.faultsSchema);
}

const summaries = {
  getFaults: 'What goes wrong on its wire',
  setFaults: 'Replace what goes wrong on its wire',
  clearFaults: 'End all faults',
  getSimulatedState: 'What the simulated device is like',
  setSimulatedState: 'Change what the simulated device is like',
  pressButton: 'Press one of its buttons',
} as const;

function operationOf(device: string, id: keyof typeof summaries, schema: Json | undefined): Json {
  const answer: Answer | undefined = staticAnswers[id];
  return {
    operationId: `${device}.${id}`,
    tags: [device],
    summary: summaries[id],
    ...(schema && { requestBody: requestBody(schema) }),
    responses: { ...(answer && responsesOf(answer)), ...problemResponse },
    'x-bellcrank': { simulated: true },
  };
}

/** What `setFaults` takes of any device: the faults of the wires that there are. Absent where there are none. */
export function faultsRequest(components: Components, simulated: readonly SimulatedDevice[]): Json {
  const refs = new Map(simulated.map((each) => [each.device.carries, faultsRef(components, each)]));
  return refs.size === 0 ? {} : { FaultsRequest: { title: 'Faults to set', anyOf: [...refs.values()] } };
}
