import { useRef } from 'react';
import { Button } from '../../permission/Button.tsx';
import { constantsOf, type Schema } from '../device/form/schema.ts';

interface Props {
  readonly title: string;
  readonly schema: Schema;
  readonly set: (value: unknown) => void;
}

/** One value in one line: a number, a word, or one of several. What is more than that has the API. */
export function SetValue({ title, schema, set }: Props) {
  const field = useRef<HTMLInputElement & HTMLSelectElement>(null);
  const words = choicesOf(schema);
  const isNumber = schema['type'] === 'number' || schema['type'] === 'integer';
  if (words === undefined && !isNumber && schema['type'] !== 'string') return null;
  const submit = (event: React.FormEvent): void => {
    event.preventDefault();
    const text = field.current?.value ?? '';
    set(words === undefined ? (isNumber ? Number(text) : text) : words[Number(text)]?.value);
  };
  const common = { ref: field, 'aria-label': `New value of ${title}` };
  return (
    <form className="set" onSubmit={submit}>
      {words === undefined ? (
        <input {...common} {...(isNumber ? numeric(schema) : textual(schema))} autoComplete="off" spellCheck={false} />
      ) : (
        <select {...common}>
          {words.map(({ title: word }, index) => (
            <option key={word} value={index}>
              {word}
            </option>
          ))}
        </select>
      )}
      <Button type="submit" aria-label={`Set ${title}`}>
        Set
      </Button>
    </form>
  );
}

function choicesOf(schema: Schema): readonly { readonly value: unknown; readonly title: string }[] | undefined {
  if (schema['type'] === 'boolean') {
    return [
      { value: true, title: 'yes' },
      { value: false, title: 'no' },
    ];
  }
  const listed = schema['enum'];
  return Array.isArray(listed)
    ? listed.map((value: unknown) => ({ value, title: String(value) }))
    : constantsOf(schema);
}

function numeric({ type, minimum, maximum }: Schema): React.ComponentProps<'input'> {
  return {
    type: 'number',
    step: type === 'integer' ? 1 : 'any',
    required: true,
    ...numbers({ min: minimum, max: maximum }),
  };
}

function textual({ minLength, maxLength }: Schema): React.ComponentProps<'input'> {
  return { type: 'text', required: minLength !== 0 && minLength !== undefined, ...numbers({ minLength, maxLength }) };
}

function numbers(limits: Readonly<Record<string, unknown>>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(limits).flatMap(([name, limit]) => (typeof limit === 'number' ? [[name, limit]] : [])),
  );
}
