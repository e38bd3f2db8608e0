/**
 * Bytes from a source that nobody can predict; `randomBytes` of node:crypto is one. A test that is to run alike each time
 * hands in one that a seed fixes.
 */
export type RandomBytes = (size: number) => Uint8Array;
