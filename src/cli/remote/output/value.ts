/** A value with its unit, on one line. */
export function valueText(value: unknown, unit: string | null | undefined): string {
  if (value === undefined || value === null) return '–';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return unit === null || unit === undefined || typeof value !== 'number' ? text : `${text} ${unit}`;
}
