import type { FieldProps } from '@rjsf/utils';

const fields: Readonly<Record<string, string>> = {
  number: 'NumberField',
  integer: 'NumberField',
  string: 'StringField',
  boolean: 'BooleanField',
};

/** One value, or null, which somebody has to say: an empty field is one that was left out. */
export function OrNothing(props: FieldProps) {
  const { formData, onChange, registry, schema, disabled, fieldPathId, title } = props;
  const Own = registry.fields[fields[String(schema.type)] ?? ''];
  if (Own === undefined) throw new Error('the form has no field for that type');
  const isNull = formData === null;
  return (
    <>
      <Own {...props} formData={isNull ? undefined : formData} disabled={isNull || disabled === true} />
      <label className="or-nothing">
        <input
          type="checkbox"
          checked={isNull}
          disabled={disabled ?? false}
          onChange={({ target }) => onChange(target.checked ? null : undefined, fieldPathId.path)}
        />
        Nothing (null)
        <span className="visually-hidden"> in place of {schema.title ?? title ?? fieldPathId.path.at(-1)}</span>
      </label>
    </>
  );
}
