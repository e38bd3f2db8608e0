import { connect, type CandidateView, type DeviceDetailView, type Lab, type ModelView } from '../../../client/index.ts';
import type { Surroundings } from '../../context.ts';
import { type ConnectionFlags, connectionOf } from '../connection.ts';
import { textOf } from '../params/convert.ts';
import { placeIn } from '../params/place.ts';
import { choicesOf, forms, propertiesOf, typesOf } from '../params/schema.ts';
import type { Kind } from './operands.ts';

/** Whoever presses a key waits no longer, in ms. */
const patienceMs = 700;

/** What is being completed: its kind, the operands before it, and what is written of it. */
export interface Wanted {
  readonly kind: Kind;
  readonly operands: readonly string[];
  readonly current: string;
}

/** What the service knows that may stand there. Whatever goes wrong is nothing to say. */
export async function askFor(
  wanted: Wanted,
  flags: ConnectionFlags,
  { env, clock }: Surroundings,
): Promise<readonly string[]> {
  try {
    const { url, apiKey } = await connectionOf(flags, env);
    return await namesOf(wanted, connect({ url, apiKey, clock, timeoutMs: patienceMs }));
  } catch {
    return [];
  }
}

async function namesOf({ kind, operands, current }: Wanted, lab: Lab): Promise<readonly string[]> {
  const [id = '', name = ''] = operands;
  if (kind === 'device') return (await lab.devices()).map((device) => device.id);
  if (kind === 'model') return (await items<ModelView>(lab, '/v1/models')).map((model) => model.name);
  if (kind === 'candidate') return (await items<CandidateView>(lab, '/v1/discovery')).map((candidate) => candidate.id);
  const device = await lab.device(id).get();
  if (kind === 'command') return Object.keys(device.commands);
  if (kind === 'property') return Object.keys(device.properties);
  if (kind === 'writable') return writable(device);
  if (kind === 'value') return choices(writeSchema(device, name));
  return paramsOf(device.commands[name]?.params ?? {}, operands.slice(2), current);
}

async function items<Item>(lab: Lab, path: string): Promise<readonly Item[]> {
  return (await lab.http.request<{ readonly items: readonly Item[] }>('GET', path)).body.items;
}

function writable({ properties }: DeviceDetailView): readonly string[] {
  return Object.entries(properties).flatMap(([name, { access }]) => (access === 'read' ? [] : [name]));
}

function writeSchema({ properties }: DeviceDetailView, name: string): unknown {
  const spec = Object.hasOwn(properties, name) ? properties[name] : undefined;
  return spec?.write?.schema ?? spec?.schema ?? {};
}

/** `name=` of those that are not given yet, and after that what may be chosen. */
function paramsOf(schema: unknown, given: readonly string[], current: string): readonly string[] {
  const [name = ''] = current.split(/:?=/, 1);
  if (current.includes('=')) return choices(placeIn(schema, name)?.schema).map((choice) => `${name}=${choice}`);
  return leaves(schema, '')
    .filter((path) => !given.some((word) => word.startsWith(`${path}=`)))
    .map((path) => `${path}=`);
}

function leaves(schema: unknown, prefix: string): readonly string[] {
  return [...propertiesOf(schema)].flatMap(([key, inner]) =>
    propertiesOf(inner).size > 0 ? leaves(inner, `${prefix}${key}.`) : [`${prefix}${key}`],
  );
}

function choices(schema: unknown): readonly string[] {
  return forms(schema).flatMap(
    (form) => choicesOf(form)?.map(textOf) ?? (typesOf(form).includes('boolean') ? ['true', 'false'] : []),
  );
}
