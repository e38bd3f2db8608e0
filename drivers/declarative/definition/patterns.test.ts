import { expect, test } from 'vitest';
import { findingsOf } from './fixture.ts';

const withPattern = (pattern: string): string =>
  `properties:\n  name: { schema: { type: string, pattern: '${pattern}' }, read: { send: 'N?', expect: '{value:%s}' } }\n`;

test('a pattern that cannot be matched in linear time is refused, where it stands', () => {
  expect(findingsOf(withPattern('^(?!x)'))).toEqual([
    '2:19: error: properties.name.schema: the pattern "^(?!x)" looks around or back, which RE2 patterns cannot',
  ]);
  expect(findingsOf(withPattern('^(a+)+$'))).toEqual([]);
});
