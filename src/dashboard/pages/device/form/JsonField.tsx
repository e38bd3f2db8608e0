import type { FieldProps } from '@rjsf/utils';
import { useState } from 'react';
import { notJson } from './not-json.ts';
import { errorId, hintId, labelId } from './widgets.tsx';

/** What no form can be made for is written as JSON. */
export function JsonField(props: FieldProps) {
  const { fieldPathId, formData, onChange, rawErrors, disabled, name } = props;
  const id = fieldPathId.$id;
  const [typed, setTyped] = useState('');
  // What came from elsewhere, an example for instance, takes the place of what was typed: nothing is sent that does not stand here.
  const text = JSON.stringify(valueOf(typed)) === JSON.stringify(formData) ? typed : written(formData);
  const broken = text.trim() !== '' && parsed(text) === undefined;
  const change = (next: string): void => {
    setTyped(next);
    onChange(valueOf(next), fieldPathId.path);
  };
  return (
    <>
      <textarea
        id={id}
        value={text}
        rows={3}
        spellCheck={false}
        disabled={disabled ?? false}
        aria-label={String(props['label'] ?? name)}
        aria-labelledby={labelId(id)}
        aria-describedby={rawErrors && rawErrors.length > 0 ? errorId(id) : hintId(id)}
        aria-invalid={broken}
        onChange={({ target }) => change(target.value)}
      />
      <p className={broken ? 'wrong' : 'hint'}>
        {broken ? 'This is not JSON yet.' : 'As JSON: {"key": 1}, [1, 2], "text", 1, true or null.'}
      </p>
    </>
  );
}

function valueOf(text: string): unknown {
  if (text.trim() === '') return undefined;
  const value = parsed(text);
  return value === undefined ? notJson : value.json;
}

function written(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value, undefined, 2);
}

/** In an object, since JSON may say `null`. */
function parsed(text: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
