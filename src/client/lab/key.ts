/** An Idempotency-Key: 128 bits of chance. (`randomUUID` is missing where a page comes over plain HTTP.) */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
