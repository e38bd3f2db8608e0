/** What is wrong with an expression, and where in its text: a zero-based index of UTF-16 units. */
export interface ExpressionProblem {
  readonly detail: string;
  readonly offset: number;
}

/** Thrown and caught inside this folder only; outside a problem is a value. */
export class Refused extends Error {
  readonly offset: number;

  constructor(detail: string, offset: number) {
    super(detail);
    this.offset = offset;
  }
}
