import { EvaluationProblem } from './limits.ts';
import { Float, numberIn, numeric, type Value } from './values.ts';

const decimal = /^[+-]?(?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const digitsOf = new Map([
  [2, /^[+-]?(?:0b)?[01]+$/i],
  [8, /^[+-]?(?:0o)?[0-7]+$/i],
  [10, /^[+-]?\d+(?:_\d+)*$/],
  [16, /^[+-]?(?:0x)?[\da-f]+$/i],
]);
const longest = 400;

/** As Python's `float`; undefined for what is no finite number. */
export function floatOf(value: Value): number | undefined {
  const own = numberIn(value);
  if (own !== undefined || typeof value !== 'string') return own;
  const text = value.trim();
  if (text.length > longest || !decimal.test(text)) return undefined;
  const number = Number(text.replaceAll('_', ''));
  return Number.isFinite(number) ? number : undefined;
}

/** As Jinja's `int` filter: a text in the base given, else whatever is a float, without its fraction. */
export function intOf(value: Value, base: number): number | undefined {
  if (typeof value === 'string') {
    const text = value.trim();
    if (!digitsOf.has(base)) throw new EvaluationProblem(`numbers of base ${base} are not supported`);
    if (text.length <= longest && digitsOf.get(base)?.test(text)) return safe(parsed(text, base));
  }
  const float = floatOf(value);
  return float === undefined ? undefined : safe(Math.trunc(float));
}

function parsed(text: string, base: number): number {
  const digits = text
    .replaceAll('_', '')
    .replace(/^[+-]/, '')
    .replace(/^0[bxo]/i, (prefix) => (base === 10 ? prefix : ''));
  return (text.startsWith('-') ? -1 : 1) * Number.parseInt(digits, base);
}

function safe(value: number): number | undefined {
  return Number.isSafeInteger(value) ? (value === 0 ? 0 : value) : undefined;
}

/** Home Assistant's `round`: an int where no decimals are asked for, else a float. */
export function rounded(value: number, precision: number, method: string): Value {
  if (!Number.isInteger(precision) || Math.abs(precision) > 20)
    throw new EvaluationProblem('round takes up to 20 decimals');
  const result = byMethod(value, precision, method);
  return precision === 0 ? numeric(Math.trunc(result), false) : new Float(result);
}

function byMethod(value: number, precision: number, method: string): number {
  const scale = 10 ** precision;
  if (method === 'ceil') return Math.ceil(value * scale) / scale;
  if (method === 'floor') return Math.floor(value * scale) / scale;
  if (method === 'half') return halfToEven(value * 2, 0) / 2;
  if (precision < 0) return halfToEven(value * scale, 0) / scale;
  return halfToEven(value, precision);
}

/** As many as `toFixed` gives (ECMA-262, "Number.prototype.toFixed"). */
const mostDecimals = 100;

/** Python's `round`: by the exact binary value, and a tie goes to the even digit. */
function halfToEven(value: number, decimals: number): number {
  if (Math.abs(value) >= 1e15) return value;
  // Every digit that it has: a double of this size has no more.
  const exact = Math.abs(value).toFixed(mostDecimals);
  const rest = exact.slice(exact.indexOf('.') + 1 + decimals);
  const nearest = Number(Math.abs(value).toFixed(decimals));
  if (!/^50*$/.test(rest)) return Math.sign(value) * nearest;
  const below = exact.slice(0, exact.indexOf('.') + (decimals === 0 ? 0 : decimals + 1));
  return Math.sign(value) * (Number(below.at(-1)) % 2 === 0 ? Number(below) : nearest);
}
