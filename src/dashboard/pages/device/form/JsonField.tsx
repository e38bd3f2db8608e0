import type { FieldProps } from '@rjsf/utils';
import { useState } from 'react';
import { notJson } from './not-json.ts';
import { errorId, hintId, labelId } from './widgets.tsx';

/** What no form can be made for is written as JSON. */
export function JsonField(props: FieldProps) {
  const { fieldPathId, formData, onChange, rawErrors, disabled, name } = props;
  const id = fieldPathId.$id;
  const [text, setText] = useState(formData === undefined ? '' : JSON.stringify(formData, undefined, 2));
  const broken = text.trim() !== '' && parsed(text) === undefined;
  const change = (next: string): void => {
    setText(next);
    const value = parsed(next);
    onChange(next.trim() === '' ? undefined : value === undefined ? notJson : value.json, fieldPathId.path);
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

/** In an object, since JSON may say `null`. */
function parsed(text: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
