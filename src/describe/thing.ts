import type { Device } from '../device/device.ts';
import type { Model, PropertySpec } from '../driver/spec.ts';
import { answers } from './answers.ts';
import { actionAffordance, eventAffordance, propertyAffordance } from './affordances.ts';
import { type DataSchema, mapValues } from './data-schema.ts';
import { thingForms } from './forms.ts';
import { securityOf, type Way } from './security.ts';
import { brief } from './text.ts';

/** Consumers of today look for the first; the second is the version that is followed (TD 1.1 §5.3.1.1). */
const contexts = ['https://www.w3.org/2019/wot/td/v1', 'https://www.w3.org/2022/wot/td/v1.1'] as const;

/** What Bellcrank says of a thing beyond the standard. */
const vocabulary = { bellcrank: 'urn:bellcrank:td#' };

export interface ThingInput {
  readonly device: Device;
  /** What of it whoever reads may use: a command's name, or `write:` and a property's. */
  readonly maySend: (command: string) => boolean;
  /** Of the service as the client reaches it, without a path: `http://127.0.0.1:7080`. */
  readonly origin: string;
  /** How clients show who they are; none where nobody has to. */
  readonly ways: readonly Way[];
  /** How long a request is held open for its command, in ms. */
  readonly maxWaitMs: number;
}

/** A W3C Thing Description 1.1 of one device, as its effective model stands. */
export function thingDescription({ device, maySend, origin, ways, maxWaitMs }: ThingInput): DataSchema {
  const { id, model, simulated, labels } = device;
  const self = `/v1/devices/${id}`;
  return {
    '@context': [...contexts, vocabulary],
    '@type': 'Thing',
    id: `${origin}${self}`,
    title: id,
    description: `${simulated ? 'SIMULATED. ' : ''}${brief(model.summary)}`,
    'bellcrank:simulated': simulated,
    'bellcrank:model': brief(model.name),
    'bellcrank:labels': Object.entries(labels).map(([key, value]) => `${key}=${value}`),
    ...securityOf(ways),
    base: `${origin}/`,
    links: [
      { rel: 'alternate', href: self, type: 'application/json' },
      { rel: 'service-desc', href: `/openapi.json?device=${id}`, type: 'application/json' },
    ],
    schemaDefinitions: answers,
    forms: thingForms(id),
    properties: mapValues(usable(model.properties, maySend), (spec, name) => propertyAffordance(id, name, spec)),
    actions: mapValues(filtered(model.commands, maySend), (spec, name) => actionAffordance(id, name, spec, maxWaitMs)),
    events: mapValues(model.events, (spec, name) => eventAffordance(id, name, spec)),
  };
}

/** Properties as somebody may use them: one that they may not write is there to be read, if it can be. */
function usable(properties: Model['properties'], maySend: ThingInput['maySend']): Model['properties'] {
  const its = Object.entries(properties).flatMap(([name, spec]): [string, PropertySpec][] => {
    if (spec.access === 'read' || maySend(`write:${name}`)) return [[name, spec]];
    if (spec.access === 'write') return [];
    const { write: _, ...read } = spec;
    return [[name, { ...read, access: 'read' }]];
  });
  return Object.fromEntries(its);
}

function filtered<T>(
  record: Readonly<Record<string, T>>,
  keeps: (name: string) => boolean,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => keeps(name)));
}
