import { type Scalar, valueIn } from './kinds.ts';
import { type Ask, scalarAt } from './messages.ts';
import type { Spot } from './spot.ts';

/** What was sent, at the same place of messages of one form, and what it is called there. */
export interface Sent {
  readonly word: string;
  /** Undefined: it is the payload. */
  readonly pointer: string | undefined;
}

/** Those of some places that evidently show what was sent, the most evident first. */
export function shownBy<T extends Spot>(sent: Sent, asks: readonly Ask[], spots: readonly T[]): readonly T[] {
  const found = spots.flatMap((spot) => {
    const weight = evidence(sent, asks, spot);
    return weight === 0 ? [] : [{ spot, weight }];
  });
  const isAlone = found.length === 1;
  const sure = found.filter(({ weight, spot }) => weight >= 2 || (isAlone && spot.kind.type !== 'boolean'));
  return sure.toSorted((a, b) => b.weight - a.weight).map(({ spot }) => spot);
}

/** 0: another value followed, or none. 1: the value followed, once. 2: several did. More: it has the same name, too. */
function evidence(sent: Sent, asks: readonly Ask[], spot: Spot): number {
  const followed = new Set<Scalar>();
  for (const ask of asks) {
    const value = sentValue(sent, ask, spot);
    const told = value === undefined ? undefined : toldIn(ask, spot);
    if (told === undefined || value === undefined) continue;
    if (told !== value) return 0;
    followed.add(value);
  }
  const isNamedSo = sent.word.toLowerCase() === spot.word.toLowerCase();
  const named = isNamedSo ? 4 : 0;
  return followed.size === 0 ? 0 : named + Math.min(2, followed.size) + (spot.pointer === undefined ? 0.5 : 0);
}

/** What was sent, if it is one of the values that stand there. */
export function sentValue({ pointer }: Sent, { sent }: Ask, { kind }: Pick<Spot, 'kind'>): Scalar | undefined {
  const wire = scalarAt(sent, pointer);
  return wire === undefined ? undefined : valueIn(kind, wire, true);
}

/** The last that was told there, as clients see it. */
export function toldIn({ heard }: Pick<Ask, 'heard'>, { topic, pointer, kind }: Spot): Scalar | undefined {
  const last = heard.findLast((message) => message.topic === topic && scalarAt(message, pointer) !== undefined);
  const wire = last && scalarAt(last, pointer);
  return wire === undefined ? undefined : valueIn(kind, wire);
}

export function hears({ heard }: Ask, topic: string): boolean {
  return heard.some((message) => message.topic === topic);
}
