import type { Action, Exchange, LineSettings, PropertyDefinition, Step } from './definition.ts';
import type { RawDefinition } from './schema/definition.ts';

/** A device that takes longer to answer is not asked before it is needed. */
const longestAnswerMs = 1500;

/**
 * The read that tells whether anybody is there. None where `identify` or the error queue tell it, where somebody must set the
 * device up before it answers, or where nothing that can be read is answered soon.
 */
export function helloOf(
  raw: RawDefinition,
  line: LineSettings,
  properties: readonly PropertyDefinition[],
): Action | undefined {
  const { identify, errorQueue, init } = raw;
  const mustBeSetUp = init !== undefined && 'steps' in init && init.disruptive === true;
  if (identify !== undefined || errorQueue !== undefined || mustBeSetUp) return undefined;
  const reads = properties.flatMap(({ read }) => read ?? []);
  return reads.find(({ steps }) => steps.length > 0 && steps.every((step) => isAnsweredSoon(step, line)));
}

function isAnsweredSoon(step: Step, line: LineSettings): boolean {
  if (step.kind !== 'exchange') return false;
  const { send, expect, replyTimeoutMs = line.replyTimeoutMs }: Exchange = step;
  return send !== undefined && expect.length > 0 && replyTimeoutMs <= longestAnswerMs;
}
