/** Beyond what the service takes as a whole number. */
export function isRounded(text: string): boolean {
  return /^[-+]?\d+$/.test(text) && !Number.isSafeInteger(Number(text));
}
