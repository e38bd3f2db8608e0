import { type Registers, registerName } from './registers.ts';
import type { Span } from './requests.ts';

/** Most that an example takes in one list. */
const most = 100;

/** What was read, as examples: registers, and the properties that they are. */
export function exampleOf({ table, address, numbers }: Span, registers: Registers): readonly object[] {
  const isBit = table === 'coil' || table === 'discrete';
  const examples: object[] = [];
  for (let from = 0; from < numbers.length; from += most) {
    const part = numbers.slice(from, from + most);
    const names = part.map((_, at) => registerName(table, address + from + at));
    const read = names.flatMap((name, at) =>
      registers.has(name) ? [[name, isBit ? part[at] === 1 : part[at]] as const] : [],
    );
    if (read.length === 0) continue;
    examples.push({ read: Object.fromEntries(read), registers: { [`${table} ${address + from}`]: part } });
  }
  return examples;
}
