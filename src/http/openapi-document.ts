import type { Caller } from '../access/caller.ts';
import type { Device } from '../device/device.ts';
import type { Model } from '../driver/spec.ts';
import type { SimulatedDevice } from '../simulation/simulators.ts';
import { commonResponses, withAnswers } from './openapi-answers.ts';
import { Components } from './openapi-components.ts';
import type { Json } from './openapi-json.ts';
import { deviceOperations } from './openapi-operations.ts';
import { commonSchemas } from './openapi-schemas.ts';
import { sendingParameters } from './openapi-sending.ts';
import { faultsRequest, simulatorOperations } from './openapi-simulators.ts';

export interface DocumentInput {
  /** Paths and info of the routes that do not depend on devices. */
  readonly base: Json;
  readonly devices: readonly Device[];
  readonly models: readonly Model[];
  /** What stands in for those of the devices that are simulated here. */
  readonly simulated: readonly SimulatedDevice[];
  /** Who reads it: it has what they may call. */
  readonly caller: Caller;
  /** What to say in place of devices that are too many for one document; it then lists models only. */
  readonly tooMany?: string | undefined;
}

/** OpenAPI 3.1: every command and property of every device as an operation of its own. */
export function openapiDocument({ base, devices, models, simulated, tooMany, caller }: DocumentInput): Json {
  const components = new Components();
  // The models first: what differs from them is then named after the device.
  for (const model of models) components.addModel(model);
  const shown = tooMany === undefined ? devices : [];
  const faults = faultsRequest(components, simulated);
  const operations = [
    ...shown.map((device) => deviceOperations(components, device, caller)),
    ...(tooMany === undefined ? simulated : []).map((each) => simulatorOperations(components, each, caller)),
  ];
  const info = base['info'] as Json;
  const note = tooMany === undefined ? '' : `\n\n${tooMany}`;
  return {
    ...base,
    info: { ...info, description: `${String(info['description'])}${note}` },
    tags: [...(base['tags'] as Json[]), ...shown.map(tagOf)],
    paths: Object.assign(withAnswers(base['paths'] as Json), ...operations) as Json,
    components: {
      ...(base['components'] as Json),
      parameters: sendingParameters,
      responses: commonResponses,
      schemas: { ...commonSchemas, ...components.schemas, ...faults },
    },
  };
}

function tagOf(device: Device): Json {
  return { name: device.id, description: `${device.simulated ? 'SIMULATED. ' : ''}${device.model.summary}` };
}
