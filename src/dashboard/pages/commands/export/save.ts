/** Hands a file over to the person at the page, as any download. */
export function save(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun by the next turn; its text need not stay.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
