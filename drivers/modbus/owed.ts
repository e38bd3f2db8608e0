import type { Request } from './pdu.ts';

/** Responses that may still come, where no id tells which request they answer. */
export class Owed {
  readonly #functions = new Set<number>();
  readonly #looks = new Set<string>();

  add(request: Request<unknown>): void {
    this.#functions.add(functionOf(request));
    this.#looks.add(lookOf(request));
  }

  clear(): void {
    this.#functions.clear();
    this.#looks.clear();
  }

  /** An exception tells the function that it answers, and nothing else (§7). */
  hasFunctionOf(request: Request<unknown>): boolean {
    return this.#functions.has(functionOf(request));
  }

  /** Whether the normal response to `request` could be one of these. */
  looksLike(request: Request<unknown>): boolean {
    return this.#looks.has(lookOf(request));
  }
}

function functionOf({ pdu }: Request<unknown>): number {
  return pdu[0] ?? 0;
}

/** What is known of a response beforehand. Of what was read, that is the function. */
function lookOf({ pdu, response = pdu.subarray(0, 1) }: Request<unknown>): string {
  return Buffer.from(response).toString('hex');
}
