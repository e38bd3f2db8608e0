import type { Definition, Exchange, FieldScale, Step } from '../../drivers/declarative/definition/definition.ts';
import type { FieldPart, Template } from '../../drivers/declarative/template/template.ts';
import type { JsonSchema } from '../../src/driver/index.ts';
import { validate } from '../../src/driver/index.ts';

/** Values that show what a property can hold: the least, the greatest and one between them; every choice. */
export function samplesOf(schema: JsonSchema): readonly unknown[] {
  const { minimum, maximum, type } = schema;
  if (Array.isArray(schema['enum'])) return schema['enum'];
  if (type === 'boolean') return [true, false];
  if (type === 'string')
    return ['', 'A', 'Sim', '0', 'x'].filter((one) => validate(schema, one).length === 0).slice(-2);
  if (type === 'array') return [];
  const low = typeof minimum === 'number' ? minimum : 0;
  const high = typeof maximum === 'number' ? maximum : low + 10;
  const middle = (low + high) / 2;
  const candidates = [low, high, type === 'integer' ? Math.round(middle) : Number(middle.toPrecision(6))];
  return candidates.filter((one) => validate(schema, one).length === 0);
}

/** A value of each parameter. */
function sampleParams(schema: JsonSchema): Readonly<Record<string, unknown>> {
  const properties = schema['properties'];
  const all = typeof properties === 'object' && properties !== null ? Object.entries(properties) : [];
  return Object.fromEntries(
    all.map(([name, one]: [string, JsonSchema]) => [name, one['default'] ?? samplesOf(one)[0]]),
  );
}

/** How much a property's value may change by being told: half of the last place of the coarsest template. */
export function precisionOf(definition: Definition, property: string): number {
  const { read, write } = definition.properties[property] ?? {};
  const fields = [
    ...(read?.steps ?? []).flatMap((step) => fieldsIn(step, read?.field ?? 'value', 'expect')),
    ...(write?.steps ?? []).flatMap((step) => fieldsIn(step, 'value', 'send')),
  ];
  return Math.max(1e-9, ...fields.map(({ part, scale }) => halfPlace(part) * Math.abs(scale))) * 1.01;
}

function halfPlace({ conversion: { capacity, text } }: FieldPart): number {
  if (capacity?.decimals !== undefined) return 0.5 / 10 ** capacity.decimals;
  if (capacity?.of === 'integer') return 0.5;
  // Floats without digits of their own have at least six.
  return /[fgeGERm]$/.test(text) ? 1e-3 : 0;
}

function fieldsIn(step: Step, name: string, side: 'send' | 'expect'): { part: FieldPart; scale: number }[] {
  if (step.kind === 'wait') return [];
  const exchange: Exchange = step.kind === 'repeat' ? step.exchange : step;
  const templates: readonly Template[] = side === 'expect' ? exchange.expect : exchange.send ? [exchange.send] : [];
  const scale: FieldScale = exchange.fields[name] ?? { scale: 1, offset: 0 };
  return templates
    .flatMap(({ parts }) => parts)
    .filter((part): part is FieldPart => part.kind === 'field' && part.name === name)
    .map((part) => ({ part, scale: scale.scale }));
}

type Params = Readonly<Record<string, unknown>>;

/** The definition's own examples; else a sample of each parameter. */
export function examplesOf({ model, examples, options }: Definition, name: string): readonly Params[] {
  const spec = model.commands[name];
  const own = spec?.examples?.map(({ params }) => params as Params) ?? [];
  const manual = examples.flatMap(({ command: example, error, options: its }) =>
    example?.name === name && error === undefined && agrees(its, options) ? [example.params] : [],
  );
  const all = [...own, ...manual];
  return all.length > 0 ? all : [sampleParams(spec?.params ?? {})];
}

function agrees(wanted: Params, options: Params): boolean {
  return Object.entries(wanted).every(([name, value]) => options[name] === value);
}
