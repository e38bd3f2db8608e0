import './form.css';
// The package’s index wants its tests’ validator as well, which it does not bring along.
import Form, { type IChangeEvent } from '@rjsf/core/lib/components/Form.js';
import type { UiSchema } from '@rjsf/utils';
import type { FormEvent, ReactNode } from 'react';
import { useId, useMemo } from 'react';
import { JsonField } from './JsonField.tsx';
import { NumberField } from './NumberField.tsx';
import { OrNothing } from './OrNothing.tsx';
import { present } from './present.ts';
import type { Schema } from './schema.ts';
import { Alternatives, Field, ListFields, ListItem, ObjectFields, OptionalData } from './templates.tsx';
import { entered, validatorFor } from './validator.ts';
import { OneOf, TextInput, YesNo } from './widgets.tsx';

interface Props {
  readonly schema: Schema;
  /** Where there is no title: what the one value is. */
  readonly label: string;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  /** Only what is valid comes here; which button was pressed is for whoever owns it to know. */
  readonly onSubmit: (value: unknown, event: FormEvent) => void;
  readonly onInvalid?: () => void;
  readonly disabled?: boolean;
  /** The buttons. */
  readonly children: ReactNode;
}

const widgets = {
  TextWidget: TextInput,
  TextareaWidget: TextInput,
  UpDownWidget: TextInput,
  DateTimeWidget: TextInput,
  DateWidget: TextInput,
  TimeWidget: TextInput,
  EmailWidget: TextInput,
  URLWidget: TextInput,
  ColorWidget: TextInput,
  FileWidget: TextInput,
  PasswordWidget: TextInput,
  CheckboxWidget: YesNo,
  SelectWidget: OneOf,
  RadioWidget: OneOf,
  CheckboxesWidget: OneOf,
};
const templates = {
  FieldTemplate: Field,
  ObjectFieldTemplate: ObjectFields,
  ArrayFieldTemplate: ListFields,
  ArrayFieldItemTemplate: ListItem,
  MultiSchemaFieldTemplate: Alternatives,
  OptionalDataControlsTemplate: OptionalData,
};
const fields = { JsonField, NumberField, OrNothing };
const globalOptions: NonNullable<UiSchema['ui:globalOptions']> = {
  enableOptionalDataFieldForType: ['object', 'array'],
};
/** A form starts with what the model says, and with nothing that nobody said. */
const defaults = {
  emptyObjectFields: 'skipEmptyDefaults',
  constAsDefaults: 'never',
  requiredBooleanDefault: 'skip',
  arrayMinItems: { populate: 'never' },
} as const;

/** A form for whatever a JSON Schema describes, checked before anything leaves. */
export function SchemaForm({ schema, label, value, onChange, onSubmit, onInvalid, disabled, children }: Props) {
  const id = useId().replaceAll(/\W/g, '');
  const text = JSON.stringify(schema);
  const made = useMemo(() => {
    const own = JSON.parse(text) as Schema;
    const shown = present(own);
    const title = typeof own['title'] === 'string' ? own['title'] : label;
    return {
      validator: validatorFor(own),
      schema: { ...shown.schema, title },
      uiSchema: {
        ...shown.uiSchema,
        'ui:globalOptions': globalOptions,
        'ui:submitButtonOptions': { norender: true },
        // One value on its own is what the form is for.
        'ui:options': { isWhole: true },
      },
    };
  }, [text, label]);
  return (
    <Form
      {...made}
      className="schema-form"
      idPrefix={`form-${id}`}
      widgets={widgets}
      templates={templates}
      fields={fields}
      formData={value}
      disabled={disabled ?? false}
      experimental_defaultFormStateBehavior={defaults}
      noHtml5Validate
      showErrorList={false}
      focusOnFirstError
      liveValidate={false}
      onChange={({ formData }: IChangeEvent) => onChange(formData)}
      onSubmit={({ formData }: IChangeEvent, event) => onSubmit(entered(formData), event)}
      onError={() => onInvalid?.()}
    >
      {children}
    </Form>
  );
}
