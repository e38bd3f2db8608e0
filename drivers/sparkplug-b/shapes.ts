import { createHash } from 'node:crypto';
import { type Announced, describe, type Described, type DescribeSettings } from './describe.ts';

/** Distinct descriptions that are kept; devices of one make share theirs. */
const maxKept = 1000;

/** One description for all nodes and devices whose birth certificates say the same. */
export class Shapes {
  readonly #byDigest = new Map<string, Described>();

  of(announced: readonly Announced[], settings: DescribeSettings): Described {
    const digest = createHash('sha256')
      .update(JSON.stringify([announced, settings]))
      .digest('base64');
    const known = this.#byDigest.get(digest);
    if (known !== undefined) return known;
    const described = describe(announced, settings);
    const [oldest] = this.#byDigest.keys();
    if (this.#byDigest.size >= maxKept && oldest !== undefined) this.#byDigest.delete(oldest);
    this.#byDigest.set(digest, described);
    return described;
  }
}
