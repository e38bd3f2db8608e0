import type { Action, LineSettings, PropertyDefinition } from './definition.ts';
import type { RawDefinition } from './schema/definition.ts';

/** How long nobody may answer all of it before a device is taken for absent. */
const patienceMs = 1500;

/**
 * Reads that tell whether anybody is there; more than one, since a device may lack what the first asks for. None where
 * `identify` or the error queue tell it, or where somebody must set the device up before it answers.
 */
export function helloOf(
  raw: RawDefinition,
  line: LineSettings,
  properties: readonly PropertyDefinition[],
): readonly Action[] {
  const { identify, errorQueue, init } = raw;
  const mustBeSetUp = init !== undefined && 'steps' in init && init.disruptive === true;
  if (identify !== undefined || errorQueue !== undefined || mustBeSetUp) return [];
  const sources = new Set<string>();
  let left = patienceMs;
  return properties
    .flatMap(({ read }) => read ?? [])
    .filter((read) => {
      const { from, path, constants } = read;
      const source = JSON.stringify([from ?? path, constants]);
      const ms = silenceOf(read, line);
      // What comes in one reply is asked for once.
      if (sources.has(source) || ms > left) return false;
      sources.add(source);
      // Before the next question the line is to be quiet for a while.
      left -= Math.max(ms, line.quietMs);
      return true;
    });
}

/** How long it takes to learn that nobody answers; infinite where it cannot be asked at any time, or what is there may take long. */
function silenceOf({ steps }: Action, line: LineSettings): number {
  const replies = steps.map((step) => {
    if (step.kind !== 'exchange' || step.send === undefined || step.expect.length === 0) return Infinity;
    return step.replyTimeoutMs ?? line.replyTimeoutMs;
  });
  const [first = Infinity] = replies;
  return Math.max(...replies) > patienceMs ? Infinity : first;
}
