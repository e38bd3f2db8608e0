import type { FieldProps } from '@rjsf/utils';
import { useState } from 'react';
import { shownNumber, typedNumber } from './typed-number.ts';

/**
 * A number as somebody types it. The library's own field shows the number that the text has come to so far, and the next key
 * goes on from there: `-0.5` became 0.5, `-.5` became -5, and `1e-12` became 0.12.
 */
export function NumberField(props: FieldProps) {
  const { formData, onChange, registry } = props;
  const [typed, setTyped] = useState<string>();
  const { StringField } = registry.fields;
  if (StringField === undefined) throw new Error('the form has no field for text');
  const change: FieldProps['onChange'] = (text, ...more) => {
    setTyped(text as string | undefined);
    onChange(typedNumber(text as string | undefined), ...more);
  };
  return <StringField {...props} formData={shownNumber(typed, formData)} onChange={change} />;
}
