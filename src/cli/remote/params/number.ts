/** Powers of ten of the SI prefixes that occur in laboratories. */
const prefixes = new Map([
  ['n', -9],
  ['µ', -6],
  ['μ', -6],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
]);

/** Units that take prefixes, and whose prefixed forms mean nothing else. */
const bases = ['V', 'A', 'W', 'Hz', 's', 'Ω', 'F', 'H', 'Pa', 'N', 'J', 'm', 'g'];

const written = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:e([+-]?\d{1,4}))?\s*(.*)$/isu;

/**
 * A number as people write it, in the unit of its schema: `5`, `5V` and, where a prefix can mean only one thing, `5000mV`.
 * Undefined for anything else: no unit is guessed.
 */
export function numberOf(text: string, unit: string | undefined): number | undefined {
  const [, digits, exponent = '0', suffix = ''] = written.exec(text) ?? [];
  const shift = suffix === '' ? 0 : shiftOf(suffix, unit);
  if (digits === undefined || shift === undefined) return undefined;
  // The digits are read once, so that 500 mV is the number that is nearest to 0.5.
  const number = Number(`${digits}e${Number(exponent) + shift}`);
  return Number.isFinite(number) ? number : undefined;
}

/** By which power of ten a number in one unit becomes one in another. */
function shiftOf(from: string, to: string | undefined): number | undefined {
  if (to === undefined) return undefined;
  if (from === to) return 0;
  const [given, wanted] = [partsOf(from), partsOf(to)];
  return given === undefined || given.base !== wanted?.base ? undefined : given.exponent - wanted.exponent;
}

function partsOf(unit: string): { readonly base: string; readonly exponent: number } | undefined {
  // The longest base first: `mm` is no metre of a unit called `m`.
  const base = bases.find((name) => unit.endsWith(name) && prefixes.has(unit.slice(0, -name.length)));
  const exponent = base === undefined ? undefined : prefixes.get(unit.slice(0, -base.length));
  return base === undefined || exponent === undefined ? undefined : { base, exponent };
}
