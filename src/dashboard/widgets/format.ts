const maxText = 60;

/** A device's value as people read it; texts are cut, so that no device can fill the page. */
export function formatted(value: unknown, max = maxText): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') return numeral(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return cut(typeof value === 'string' ? value : partsOf(value), max);
}

/** What has parts, as words: a line may end between two of them, and never within one. */
function partsOf(value: object): string {
  const parts = Object.entries(value).map(([name, part]) => {
    const text = typeof part === 'object' && part !== null ? JSON.stringify(part) : formatted(part);
    return Array.isArray(value) ? text : `${name}\u00A0${text}`;
  });
  return parts.length === 0 ? JSON.stringify(value) : parts.join(', ');
}

/** Counts and identities are as they are; so is what is written in few digits. Floats have noise beyond six. */
function numeral(value: number): string {
  const rounded = Number.isSafeInteger(value) || digitsOf(value) <= fewDigits ? value : withoutNoise(value);
  const magnitude = Math.abs(rounded);
  const isLong = (magnitude !== 0 && magnitude < 1e-4) || magnitude > Number.MAX_SAFE_INTEGER;
  return (isLong ? rounded.toExponential() : String(rounded)).replaceAll('-', '−');
}

const fewDigits = 9;

function digitsOf(value: number): number {
  return String(value).replace(/e.*$/, '').replaceAll(/\D/g, '').replace(/^0+/, '').length;
}

/** What stands before the point is no noise. */
function withoutNoise(value: number): number {
  const whole = Math.floor(Math.log10(Math.abs(value))) + 1;
  return Number(value.toPrecision(Math.min(15, Math.max(6, whole))));
}

export function cut(text: string, max = maxText): string {
  return text.length > max ? `${text.slice(0, max - 1)}…` : text;
}
