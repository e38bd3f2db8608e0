import { expect, test } from 'vitest';
import { labelsIn } from './labels.ts';

test('labels are names and values, with commas or on lines of their own', () => {
  expect(labelsIn('')).toEqual({});
  expect(labelsIn(' room = lab , bench=left,\nnote=a=b\nempty=')).toEqual({
    room: 'lab',
    bench: 'left',
    note: 'a=b',
    empty: '',
  });
});

test.each(['room', '=lab', 'a=1, b'])('what is no label is told: %j', (text) => {
  expect(() => labelsIn(text)).toThrow(/is no label/);
});
