import type { Exchange, Finding } from '../definition/definition.ts';
import { warning } from '../definition/scope.ts';
import { matches, refusalIn } from '../session/judge.ts';
import { sampleMessages } from './sample.ts';
import { distinct, expectPath, type Subject, type Use } from './subject.ts';

/** One message that is answered in two ways: no device does, and the simulator could not tell which is meant. */
export function sameMessage(subject: Subject): Finding[] {
  const byText = new Map<string, Use[]>();
  for (const use of subject.uses) {
    const { send, expect } = use.exchange;
    if (send === undefined || expect.length === 0 || use.repeat !== undefined) continue;
    byText.set(keyOf(use), [...(byText.get(keyOf(use)) ?? []), use]);
  }
  return distinct([...byText.values()].flatMap((uses) => contradictions(subject, uses)));
}

/** The same text tells different messages where `each` has given its fields other values. */
function keyOf({ exchange, constants }: Use): string {
  return JSON.stringify([exchange.send?.text, constants]);
}

function contradictions(subject: Subject, [first, ...others]: readonly Use[]): Finding[] {
  if (first === undefined) return [];
  return others.flatMap((other) => {
    if (other.exchange.path.join() === first.exchange.path.join() || canBeOne(first, other)) return [];
    const where = first.exchange.path.join('.');
    const detail = `no reply fits this and ${where}, which is asked with the same message: it cannot be simulated`;
    return [warning(expectPath(subject, other.exchange, 0), detail)];
  });
}

function canBeOne(a: Use, b: Use): boolean {
  if (a.exchange.expect.length !== b.exchange.expect.length) return false;
  return a.exchange.expect.every((_, index) => fitsBoth(a, b, index));
}

function fitsBoth(a: Use, b: Use, index: number): boolean {
  const samples = [a, b].flatMap(({ exchange, wanted }) => {
    const template = exchange.expect[index];
    return template === undefined ? [] : sampleMessages(template, wanted);
  });
  // What no sample can be made of (a regular expression) may well fit.
  if (samples.length < 4) return true;
  return samples.some((sample) => [a, b].every(({ exchange }) => isTaken(exchange, index, sample)));
}

/** Read as what was expected, or as an error. */
function isTaken(exchange: Exchange, index: number, frame: Uint8Array): boolean {
  const template = exchange.expect[index];
  if (index === 0 && refusalIn(frame, exchange, {}) !== undefined) return true;
  return template !== undefined && matches(frame, template, exchange, {});
}
