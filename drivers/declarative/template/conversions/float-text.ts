/** `%f`: digits, a point and `precision` digits. `keepsPoint`: the point stands even if nothing follows it. */
export function fixed(value: number | bigint, precision: number, keepsPoint: boolean): string {
  // toFixed changes to an exponent at 10^21.
  const isHuge = typeof value === 'bigint' || value >= 1e21;
  const text = isHuge ? withZeros(BigInt(value), precision) : value.toFixed(precision);
  return keepsPoint && precision === 0 ? `${text}.` : text;
}

/** `%e`: one digit, a point, `precision` digits and an exponent of at least two. */
export function exponential(value: number, precision: number, keepsPoint: boolean): string {
  const [mantissa = '', exponent = ''] = value.toExponential(precision).split('e');
  const point = keepsPoint && precision === 0 ? '.' : '';
  return `${mantissa}${point}e${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, '0')}`;
}

/** `%g`: `precision` significant digits in the shorter of both forms; zeros at its end only with `#` (C11 7.21.6.1). */
export function general(value: number, precision: number, keepsZeros: boolean): string {
  const digits = Math.max(1, precision);
  const exponent = Number(value.toExponential(digits - 1).split('e')[1]);
  const isFixed = exponent >= -4 && exponent < digits;
  const text = isFixed ? fixed(value, digits - 1 - exponent, keepsZeros) : exponential(value, digits - 1, keepsZeros);
  return keepsZeros ? text : text.replace(/(\.\d*?)0+(?=e|$)/, '$1').replace(/\.(?=e|$)/, '');
}

function withZeros(value: bigint, precision: number): string {
  return precision === 0 ? value.toString() : `${value}.${'0'.repeat(precision)}`;
}
