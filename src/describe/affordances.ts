import type { CommandSpec, EventSpec, PropertySpec } from '../driver/spec.ts';
import { type DataSchema, dataSchema } from './data-schema.ts';
import { actionForms, eventForms, propertyForms } from './forms.ts';
import { brief } from './text.ts';

/** Properties, actions and events of a Thing Description, from what a device's model says of them. */

/** `unit`, `minimum` and all else of the schema describe what is read; what may be written can be less. */
export function propertyAffordance(device: string, name: string, spec: PropertySpec): DataSchema {
  const schema = dataSchema(spec.schema);
  const narrower = spec.access === 'read' ? undefined : spec.write.schema;
  return {
    ...schema,
    ...titles(spec.summary, schema),
    readOnly: spec.access === 'read',
    writeOnly: spec.access === 'write',
    observable: spec.access !== 'write',
    ...(narrower && { 'bellcrank:write': dataSchema(narrower) }),
    forms: propertyForms(device, name, spec.access),
  };
}

/** `maxWaitMs`: how long a request is held open for its command. */
export function actionAffordance(device: string, name: string, spec: CommandSpec, maxWaitMs: number): DataSchema {
  const { effect, confirmation, timeoutMs } = spec;
  const synchronous = spec.long !== true && timeoutMs < maxWaitMs;
  return {
    title: brief(spec.summary),
    description: `Succeeds when ${confirmation}. Takes ${timeoutMs} ms at most.`,
    safe: effect === 'read',
    idempotent: effect !== 'actuate',
    synchronous,
    'bellcrank:effect': effect,
    'bellcrank:confirmation': confirmation,
    'bellcrank:timeoutMs': timeoutMs,
    ...(takesNothing(spec.params) ? {} : { input: dataSchema(spec.params) }),
    output: dataSchema(spec.result),
    forms: actionForms(device, name, synchronous),
  };
}

export function eventAffordance(device: string, name: string, spec: EventSpec): DataSchema {
  return { title: brief(spec.summary), data: dataSchema(spec.data), forms: eventForms(device, name) };
}

/** What the schema calls it is its title; what else is known describes it. */
function titles(summary: string, { title, description }: DataSchema): DataSchema {
  const called = title !== undefined;
  const more = [called ? brief(summary) : undefined, typeof description === 'string' ? description : undefined];
  const text = more.filter((part) => part !== undefined).join('. ');
  return { title: title ?? brief(summary), ...(text !== '' && { description: text }) };
}

function takesNothing({ properties, type, additionalProperties }: CommandSpec['params']): boolean {
  const none = properties === undefined || Object.keys(properties as object).length === 0;
  return type === 'object' && additionalProperties === false && none;
}
