import { latin1 } from '../../src/driver/index.ts';
import { bytesOf, joined, type Payload, type Said, type Turn, type Turns } from '../../src/recording/index.ts';

/**
 * `silent`: the device answered and the simulator did not; `talkative`: the other way round; `values`: the same but for
 * numbers; `order`: the same pieces in another order; `timing`: the same, sooner or later; `bytes`: anything else.
 */
export const kindsOfDifference = ['silent', 'talkative', 'values', 'order', 'timing', 'bytes'] as const;
export type DifferenceKind = (typeof kindsOfDifference)[number];

export interface Difference {
  readonly kind: DifferenceKind;
  /** The question; undefined for what was said before there was any. */
  readonly turn: Turn | undefined;
  readonly recorded: readonly Said[];
  readonly simulated: readonly Said[];
}

/** Compares turn by turn; `simulated` has what was said first, and then the answers in the order of the turns. */
export function differencesOf(
  { greeting, turns }: Turns,
  simulated: readonly (readonly Said[])[],
  toleranceMs: number | undefined,
): readonly Difference[] {
  const recorded = [{ turn: undefined, said: greeting }, ...turns.map((turn) => ({ turn, said: turn.said }))];
  return recorded.flatMap(({ turn, said }, index) => {
    const other = simulated[index] ?? [];
    const kind = difference(said, other, toleranceMs);
    return kind === undefined ? [] : [{ kind, turn, recorded: said, simulated: other }];
  });
}

function difference(
  a: readonly Said[],
  b: readonly Said[],
  toleranceMs: number | undefined,
): DifferenceKind | undefined {
  if (a.length === 0 && b.length === 0) return undefined;
  if (b.length === 0) return 'silent';
  if (a.length === 0) return 'talkative';
  const [whole, other] = [text(a), text(b)];
  if (whole === other) return isOutOfTime(a, b, toleranceMs) ? 'timing' : undefined;
  if (isSameInOtherOrder(a, b)) return 'order';
  return hasOtherNumbers(whole, other) ? 'values' : 'bytes';
}

/** What was said as one text: chunks of bytes do not align with frames, messages do. */
function text(said: readonly Said[]): string {
  const [first] = said;
  if (first === undefined || first.payload instanceof Uint8Array) return latin1(joined(said));
  return said.map(({ payload }) => message(payload)).join('\n');
}

function message(payload: Payload): string {
  const body = latin1(bytesOf(payload));
  return payload instanceof Uint8Array ? body : `${payload.topic} ${payload.retained ? 'retained ' : ''}${body}`;
}

/** Until the first byte of the answer. */
function isOutOfTime(a: readonly Said[], b: readonly Said[], toleranceMs: number | undefined): boolean {
  const [first, other] = [a[0]?.afterMs ?? 0, b[0]?.afterMs ?? 0];
  return toleranceMs !== undefined && Math.abs(first - other) > toleranceMs;
}

function isSameInOtherOrder(a: readonly Said[], b: readonly Said[]): boolean {
  const [some, others] = [pieces(a), pieces(b)];
  if (some.length < 2 || some.length !== others.length) return false;
  const sorted = others.toSorted();
  return some.toSorted().every((piece, index) => piece === sorted[index]);
}

/** Lines of a byte stream, or messages. */
function pieces(said: readonly Said[]): readonly string[] {
  const whole = text(said);
  return whole.split(/(?<=\n)/).map((piece) => piece.replace(/\n$/, ''));
}

/** A number; or a checksum of such, or a number in hexadecimal digits: in pairs, with no letter beside them. */
const numeral = /(?<![0-9A-Za-z.])(?:[0-9A-F]{2}){1,4}(?![0-9A-Za-z.])|[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;

/** The same but for numbers. What has no digit on either side may as well be words. */
function hasOtherNumbers(one: string, other: string): boolean {
  const others = other.match(numeral) ?? [];
  const isNumber = (word: string, index: number): boolean => word === others[index] || /\d/.test(word + others[index]);
  return one.replaceAll(numeral, '#') === other.replaceAll(numeral, '#') && (one.match(numeral) ?? []).every(isNumber);
}
