import { validate } from '../../driver/schema.ts';
import type { JsonSchema } from '../../driver/spec.ts';
import { BellcrankError } from '../../errors.ts';
import { need } from '../need.ts';
import type { Step } from '../step.ts';

/** What clients send: checked against the command's schema, without coercion. */
export const validateParams: Step = (passage) => {
  checkParams(need(passage.resolved).params, passage.submission.params);
};

export function checkParams(schema: JsonSchema, params: unknown): void {
  const errors = validate(schema, params);
  const [first] = errors;
  if (first === undefined) return;
  const detail = `${first.pointer === '' ? 'the body' : first.pointer} ${first.detail}`;
  throw new BellcrankError('invalid-request', detail, { errors });
}
