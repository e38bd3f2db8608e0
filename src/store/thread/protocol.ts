import { BellcrankError, type ErrorCode, messageOf } from '../../errors.ts';

/** What a thread can be asked: methods with one input each, which may take their time. */
export type Methods<S> = { readonly [K in keyof S]: (input: never) => unknown };

export type Input<S extends Methods<S>, K extends keyof S> = Parameters<S[K]>[0];
export type Output<S extends Methods<S>, K extends keyof S> = Awaited<ReturnType<S[K]>>;

export interface Question {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: PlainError };

/** An error as it crosses threads, which keep no classes. `final`: asking again will not help. */
export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly final: boolean;
}

/** An error after which a thread has nothing more to offer. */
export class FinalError extends BellcrankError {}

export function toPlain(error: unknown): PlainError {
  if (!(error instanceof BellcrankError))
    return { code: 'journal-unavailable', message: messageOf(error), final: false };
  return { code: error.code, message: error.message, final: error instanceof FinalError };
}

export function fromPlain({ code, message, final }: PlainError): BellcrankError {
  return final ? new FinalError(code, message) : new BellcrankError(code, message);
}
