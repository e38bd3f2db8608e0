import type { JsonSchema } from '../../../src/driver/index.ts';
import type { SimulatorControl } from '../../../src/simulation/control.ts';
import type { LabFault } from '../../../src/testing/index.ts';
import type { Dice } from './dice.ts';

/** Some of each are on every wire of the lab. */
const patterns = ['.', '[0-9]', '^.?V', 'ok', '\\?', 'O', '[\\x01\\x02]', 'state', 'rpc|set', 'stat'];
const longestMs = 1500;
/** Frames, copies, counts of whatever. */
const most = 4;
/** A parameter or a trigger that need not be there mostly is not. */
const extraShare = 0.25;

/** One of the faults that there are on a simulator's wire, with some trigger. Mostly it ends by itself. */
export function randomFault(control: SimulatorControl, dice: Dice): LabFault {
  const { properties, required = [] } = dice.pick(kindsOf(control));
  const fault: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(properties)) {
    if (!required.includes(name) && !dice.chance(name.startsWith('clearAfter') ? 0.5 : extraShare)) continue;
    fault[name] = parameter(name, schema, control, dice);
  }
  return fault as LabFault;
}

interface KindSchema {
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

function kindsOf({ faultsSchema }: SimulatorControl): readonly KindSchema[] {
  // As `faultsSchemaFor` makes it.
  const { properties } = faultsSchema as { properties: { faults: { items: { anyOf: readonly KindSchema[] } } } };
  return properties.faults.items.anyOf;
}

function parameter(name: string, schema: JsonSchema, control: SimulatorControl, dice: Dice): unknown {
  if (name === 'match') return dice.pick(patterns);
  if (name === 'when') return whenOf(control, dice);
  if (name === 'probability') return 0.05 + dice.share() * 0.9;
  if (name === 'baudRate') return dice.pick([300, 9600, 115_200]);
  if (name === 'text' || name === 'banner') return dice.pick(['?', 'Grbl 1.1h\r\n', 'busy\n']);
  if ('const' in schema) return schema['const'];
  const choices = schema['anyOf'] as readonly JsonSchema[] | undefined;
  if (choices !== undefined) return dice.pick(choices)['const'];
  if (schema['type'] === 'boolean') return dice.chance(0.5);
  const low = Number(schema['minimum'] ?? 0);
  return schema['unit'] === 'ms' ? dice.below(longestMs) : low + dice.below(most);
}

function whenOf(control: SimulatorControl, dice: Dice): unknown {
  const state = dice.pick(Object.entries(control.state(dice.pick(control.parts))));
  const [name, { value }] = state;
  if (typeof value === 'number') return { state: name, [dice.pick(['above', 'below'])]: value };
  return { state: name, is: typeof value === 'boolean' ? dice.chance(0.5) : String(value).slice(0, 200) };
}
