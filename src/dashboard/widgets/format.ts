const maxText = 60;

/** A device's value as people read it; texts are cut, so that no device can fill the page. */
export function formatted(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') return numeral(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return cut(typeof value === 'string' ? value : partsOf(value));
}

/** What has parts, as words: a line may end between two of them, and never within one. */
function partsOf(value: object): string {
  const parts = Object.entries(value).map(([name, part]) => {
    const text = typeof part === 'object' && part !== null ? JSON.stringify(part) : formatted(part);
    return Array.isArray(value) ? text : `${name}\u00A0${text}`;
  });
  return parts.length === 0 ? JSON.stringify(value) : parts.join(', ');
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
