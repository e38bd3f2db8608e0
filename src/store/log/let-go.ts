/**
 * Gives the memory of bytes back at once; nobody may use them any more. The writer’s thread sleeps where no garbage is
 * collected, and what it read when it opened a log of ten thousand devices would stay.
 */
export function letGo({ buffer, length }: Buffer): void {
  // Short ones are parts of a buffer that others use as well.
  if (length === buffer.byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
