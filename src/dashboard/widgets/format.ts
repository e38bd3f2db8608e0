const maxText = 60;

/** A device's value as people read it; texts are cut, so that no device can fill the page. */
export function formatted(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') return numeral(value);
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return cut(typeof value === 'string' ? value : JSON.stringify(value));
}

/** Six significant digits: no sensor has more, and floats have noise beyond them. */
function numeral(value: number): string {
  const rounded = Number(value.toPrecision(6));
  const magnitude = Math.abs(rounded);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e9)) return rounded.toExponential().replace('-', '−');
  return String(rounded).replace('-', '−');
}

export function cut(text: string, max = maxText): string {
  return text.length > max ? `${text.slice(0, max - 1)}…` : text;
}
