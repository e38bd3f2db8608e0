import { InvalidArgumentError } from 'commander';

/** A name that becomes a segment of a path; the service says whether there is what it names. For commander. */
export function named(text: string): string {
  if (/^\.{0,2}$/.test(text)) throw new InvalidArgumentError('It is no name.');
  return text;
}

/** Collects names. */
export function names(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, named(text)];
}

/** Collects what may be given more than once. */
export function collected(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** Seconds, with three decimals at most, above 0 unless `zero`. */
export function seconds(most: number, zero = false): (text: string) => number {
  return (text) => {
    const number = /^\d{1,9}(\.\d{1,3})?$/.test(text) ? Number(text) : -1;
    if (number <= most && (number > 0 || (zero && number === 0))) return number;
    throw new InvalidArgumentError(`It must be a number of seconds, ${most} at most.`);
  };
}

export function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : 0;
    if (number >= 1 && number <= most) return number;
    throw new InvalidArgumentError(`It must be a whole number, 1 to ${most}.`);
  };
}

const spans = { s: 1000, min: 60_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `90s`, `15min`, `2h`, `7d`, in ms. */
export function span(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,6})(s|min|m|h|d)$/.exec(text) ?? [];
  const ms = Number(digits) * (unit in spans ? spans[unit as keyof typeof spans] : 0); // it is one of them
  if (ms > 0) return ms;
  throw new InvalidArgumentError('It must be a number with its unit, as in 90s, 15min, 2h or 7d.');
}
