/** Whether labels match `KEY`, which any value does, or `KEY=VALUE`. */
export function labelMatches(selector: string, labels: Readonly<Record<string, unknown>>): boolean {
  const [key = '', ...rest] = selector.split('=');
  if (!Object.hasOwn(labels, key)) return false;
  return rest.length === 0 || labels[key] === rest.join('=');
}
