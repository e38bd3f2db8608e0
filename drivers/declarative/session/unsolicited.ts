import type { Context } from '../../../src/driver/index.ts';
import type { Definition, UnsolicitedRule } from '../definition/definition.ts';
import { scan } from './message.ts';
import { type Fields, meaning } from './values.ts';

type Told = Pick<Context, 'report' | 'emit'>;

/** Takes what the device sends unasked, and tells it: false for a frame that no rule knows. */
export function unsolicited(
  definition: Pick<Definition, 'unsolicited' | 'options' | 'model'>,
  context: Told,
): (frame: Uint8Array) => boolean {
  const { unsolicited: rules, options } = definition;
  return (frame) => {
    for (const rule of rules) {
      const scanned = scan(rule.match, frame, options, rule.fields);
      if (!scanned.ok) continue;
      tell(rule, meaning(scanned.values, rule.fields), definition, context);
      return true;
    }
    return false;
  };
}

function tell(
  { report, emit }: UnsolicitedRule,
  fields: Fields,
  { options, model }: Pick<Definition, 'options' | 'model'>,
  context: Told,
): void {
  for (const [property, field] of Object.entries(report)) {
    if (Object.hasOwn(fields, field)) context.report(property, fields[field]);
  }
  if (emit === undefined) return;
  const told = model.events[emit]?.data['properties'] ?? {};
  // What was known before, such as the address, is not what the event tells, unless it says so.
  const data = Object.entries(fields).filter(([name]) => !Object.hasOwn(options, name) || Object.hasOwn(told, name));
  context.emit(emit, Object.fromEntries(data));
}
