/** How far the times in ids are from the times of submission, in ms. */
export interface Lag {
  readonly first: number;
  readonly last: number;
}

export const noLag: Lag = { first: 0, last: 0 };

/** Beyond every id: ids are ASCII. */
const afterAll = '\u{7f}';

/** RFC 9562 §5.7: the first 48 bits are ms since 1970. */
const uuidv7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Takes one more id into account. One without a time means that ids say nothing of times. */
export function widen(lag: Lag, id: string, submittedAt: number): Lag {
  if (!uuidv7.test(id)) return { first: -Infinity, last: Infinity };
  const own = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) - submittedAt;
  return own >= lag.first && own <= lag.last ? lag : { first: Math.min(lag.first, own), last: Math.max(lag.last, own) };
}

/** No id of a command submitted at `from` or later is less. */
export function firstId(from: number | undefined, lag: Lag): string {
  return from === undefined ? '' : idAt(from + lag.first, '');
}

/** Every id of a command submitted before `to` is less. */
export function endOfIds(to: number | undefined, lag: Lag): string {
  return to === undefined ? afterAll : idAt(to + lag.last, afterAll);
}

/** The least id with this time, or `otherwise` where there is none. */
function idAt(ms: number, otherwise: string): string {
  if (!Number.isFinite(ms)) return otherwise;
  const hex = Math.min(Math.max(0, Math.ceil(ms)), 2 ** 48 - 1)
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}
