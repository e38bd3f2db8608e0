import { expect, test } from 'vitest';
import { BellcrankError } from '../errors.ts';
import { stoppedError } from './stopped-error.ts';

test('it says what it is about and takes down no stack; other errors go on doing so', () => {
  const error = stoppedError('device psu was stopped');
  expect(error).toMatchObject({ code: 'stopped', reason: 'stopped', message: 'device psu was stopped' });
  expect(error).toBeInstanceOf(BellcrankError);
  expect(error.stack?.split('\n')).toHaveLength(1);
  expect(new Error('other').stack?.split('\n').length).toBeGreaterThan(1);
});
