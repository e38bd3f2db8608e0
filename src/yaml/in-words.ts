/** `voltage-setpoint` is "Voltage setpoint" to people: the summary of what has none of its own. */
export function inWords(name: string): string {
  const words = name.replaceAll(/[-_]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
