import type { Clock } from '../clock.ts';
import type { BackoffLimits } from './backoff.ts';
import { Inquiry } from './inquiry.ts';

export interface InquiryNeeds {
  readonly clock: Clock;
  readonly random: () => number;
  readonly limits: { readonly inquiry: BackoffLimits };
}

export function misfit(problem: string): string {
  return `what the device says it can do does not fit its configuration: ${problem}`;
}

/** Whether a device that has a session takes commands: as it says of itself, and as what it can do fits its configuration. */
export class Appearance {
  /** Why it is away, in its driver's words. */
  #away: string | undefined;
  /** While it says that it is away, and can be asked. */
  #inquiry: Inquiry | undefined;
  /** Why what it can do is not what it is configured for. */
  #misfit: string | undefined;
  /** It has come back or has started afresh, and was not brought into step since. */
  isBack = false;
  /** It may not have heard its stop, and was not brought into step since. */
  isUnheard = false;

  /** Of what it was in an earlier session nothing is known any more. */
  forget(): void {
    this.#away = undefined;
    this.#misfit = undefined;
    this.isBack = false;
    this.isUnheard = false;
  }

  /** Why it takes no commands although it has a session. */
  get absence(): string | undefined {
    return this.#misfit === undefined ? this.#away : misfit(this.#misfit);
  }

  /** True if it was there, and is away from now on. */
  told(available: boolean, detail: string): boolean {
    const wasThere = this.#away === undefined;
    this.#away = available ? undefined : detail;
    return wasThere && !available;
  }

  /** False if that was known. */
  fits(problem: string | undefined): boolean {
    const before = this.#misfit;
    this.#misfit = problem;
    return problem !== before;
  }

  /** Asks it now and then whether it is there, while it says that it is not. `ask` never rejects. */
  inquire({ clock, random, limits }: InquiryNeeds, ask: (() => Promise<void>) | undefined): void {
    if (this.#away === undefined || ask === undefined) return this.inquireNoMore();
    this.#inquiry ??= new Inquiry({ clock, random, limits: limits.inquiry, ask });
  }

  inquireNoMore(): void {
    this.#inquiry?.end();
    this.#inquiry = undefined;
  }
}
