import type { Judgement, SeenValue } from './judge.ts';
import type { Interlock } from './rule.ts';

/** Bounds of what a message quotes: expressions are the configuration's, values the devices'. */
const maxExpression = 200;
const maxValue = 60;
const maxValues = 6;

/** `unless self.t < 80: hot.t is 93 (120 ms old)`, for messages and logs. */
export function whyNot({ unless }: Interlock, { seen, problem }: Judgement): string {
  // What cannot be relied on comes first: the list is cut.
  const values = [...seen.filter((value) => value.problem !== undefined), ...seen.filter(isUsable)];
  const shown = values.slice(0, maxValues).map(valueText);
  if (values.length > shown.length) shown.push(`and ${values.length - shown.length} more`);
  const trouble = problem === undefined ? '' : `; it cannot be judged: ${problem}`;
  return `unless ${cut(unless.replaceAll(/\s+/g, ' '), maxExpression)}: ${shown.join(', ')}${trouble}`;
}

function isUsable({ problem }: SeenValue): boolean {
  return problem === undefined;
}

function valueText({ device, property, value, ageMs, problem, simulated }: SeenValue): string {
  const name = `${device}.${property}`;
  if (problem !== undefined) return `${name} cannot be relied on: ${cut(problem, 100)}`;
  const flag = simulated ? 'simulated, ' : '';
  return `${name} is ${cut(JSON.stringify(value), maxValue)} (${flag}${Math.round(ageMs ?? 0)} ms old)`;
}

function cut(text: string, characters: number): string {
  return text.length > characters ? `${text.slice(0, characters)}…` : text;
}
