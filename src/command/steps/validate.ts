import { validate } from '../../driver/schema.ts';
import { BellcrankError } from '../../errors.ts';
import { need } from '../need.ts';
import type { Step } from '../step.ts';

/** What clients send: checked against the command's schema, without coercion. */
export const validateStep: Step = {
  name: 'validate',
  enter(passage) {
    const errors = validate(need(passage.resolved).params, passage.submission.params);
    if (errors.length === 0) return;
    const [first] = errors;
    const detail = `${first?.pointer === '' ? 'the body' : first?.pointer} ${first?.detail}`;
    throw new BellcrankError('invalid-request', detail, { errors });
  },
};
