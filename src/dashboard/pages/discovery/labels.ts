/** `room=lab, bench=left` as labels; what is wrong with it is thrown, for the person who wrote it. */
export function labelsIn(text: string): Readonly<Record<string, string>> {
  const parts = text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return Object.fromEntries(parts.map(labelIn));
}

function labelIn(part: string): readonly [string, string] {
  const at = part.indexOf('=');
  const key = (at < 0 ? '' : part.slice(0, at)).trim();
  if (key === '') throw new Error(`“${part}” is no label: write a name, an equals sign and a value, as room=lab`);
  return [key, part.slice(at + 1).trim()];
}
