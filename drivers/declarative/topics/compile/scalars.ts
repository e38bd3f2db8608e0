import { BellcrankError } from '../../../../src/driver/index.ts';
import type { Conversion, FieldValue } from '../../template/index.ts';

/** Numbers and booleans as JSON writes them, for a field without a conversion. */
function scalar(
  expects: string,
  of: 'number' | 'choice',
  pattern: RegExp,
  valueOf: (text: string) => FieldValue,
): Conversion {
  return {
    text: '%s',
    expects,
    capacity: { of },
    print(value) {
      const text = String(value);
      if (whole(pattern).test(text)) return Buffer.from(text, 'latin1');
      throw new BellcrankError('invalid-request', `${JSON.stringify(text.slice(0, 100))} is not ${expects}`);
    },
    scan(bytes, from, stop) {
      const text = Buffer.from(bytes.subarray(from, stop)).toString('latin1');
      const [found] = pattern.exec(text) ?? [];
      return found === undefined ? undefined : { value: valueOf(found), end: from + found.length };
    },
  };
}

function whole(pattern: RegExp): RegExp {
  return new RegExp(`${pattern.source}$`);
}

export const numberText = scalar('a number', 'number', /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/, Number);

export const booleanText = scalar('true or false', 'choice', /^(?:true|false)/, (text) => text === 'true');
