import { createHash } from 'node:crypto';
import type { Model } from '../driver/spec.ts';

/** Distinct models that are remembered; more than that are devices that describe themselves anew each time. */
const maxModels = 20_000;

/** One instance of each model, for as long as anybody uses it. */
export class Models {
  readonly #byDigest = new Map<string, WeakRef<Model>>();
  readonly #own = new WeakSet<Model>();

  /** Whether it is the one of those with its text. */
  has(model: Model): boolean {
    return this.#own.has(model);
  }

  /** The model that was seen first among those with the same text. */
  intern(model: Model): Model {
    if (this.#own.has(model)) return model;
    const digest = createHash('sha256').update(JSON.stringify(model)).digest('base64');
    const known = this.#byDigest.get(digest)?.deref();
    if (known !== undefined) return known;
    if (this.#byDigest.size >= maxModels) this.#sweep();
    this.#byDigest.set(digest, new WeakRef(model));
    this.#own.add(model);
    return model;
  }

  #sweep(): void {
    for (const [digest, model] of this.#byDigest) if (model.deref() === undefined) this.#byDigest.delete(digest);
    if (this.#byDigest.size >= maxModels) this.#byDigest.clear();
  }
}
