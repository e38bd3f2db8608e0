import type { EnumOptionsType, WidgetProps } from '@rjsf/utils';
import type { Schema } from './schema.ts';
import { textOf } from './schema.ts';

/** Texts longer than this have a field of several lines. */
const longText = 200;
/** As many choices as fit beside each other; more are in a list that opens. */
const fewChoices = 4;

/** What describes a field, wherever it is drawn: `Field` writes these elements. */
export const hintId = (id: string): string => `${id}__hint`;
export const errorId = (id: string): string => `${id}__error`;
export const labelId = (id: string): string => `${id}__label`;

function described({ id, rawErrors }: WidgetProps): object {
  const wrong = rawErrors !== undefined && rawErrors.length > 0;
  return {
    'aria-describedby': wrong ? `${errorId(id)} ${hintId(id)}` : hintId(id),
    ...(wrong && { 'aria-invalid': true }),
  };
}

/** Numbers, too, are typed as text: a wheel over a number field would change what is sent to a device. */
export function TextInput(props: WidgetProps) {
  const { id, schema, value, required, disabled, onChange } = props;
  const unit = textOf((schema as Schema)['unit']);
  const isNumber = schema.type === 'number' || schema.type === 'integer';
  const shared = {
    id,
    value: typeof value === 'string' ? value : JSON.stringify(value ?? '').replace(/^""$/, ''),
    required: required ?? false,
    disabled: disabled ?? false,
    autoComplete: 'off',
    spellCheck: false,
    ...described(props),
  };
  // A text that is required may be empty, if that is valid; else an empty field is one that was left out.
  const change = (text: string): void => onChange(text === '' && (isNumber || required !== true) ? undefined : text);
  if (!isNumber && (schema.maxLength ?? 0) > longText) {
    return <textarea {...shared} rows={5} onChange={({ target }) => change(target.value)} />;
  }
  return (
    <span className={isNumber ? 'entry number' : 'entry'}>
      <input
        {...shared}
        type="text"
        inputMode={isNumber ? 'decimal' : 'text'}
        onChange={({ target }) => change(isNumber ? target.value.trim() : target.value)}
      />
      {unit !== undefined && <span className="unit">{unit}</span>}
    </span>
  );
}

/** One of several values: a row of buttons if they are few, else a list. */
export function OneOf(props: WidgetProps) {
  const { id, label, schema, required, disabled, value, options, onChange, multiple } = props;
  if (multiple === true) return <SomeOf {...props} />;
  const choices = options.enumOptions ?? [];
  const isSelector = id.endsWith('_select');
  if (choices.length <= fewChoices && !isSelector && isShort(choices)) return <Segments {...props} />;
  const chosen = choices.findIndex((choice) => choice.value === value);
  return (
    <select
      id={id}
      value={chosen < 0 ? '' : chosen}
      required={required ?? false}
      disabled={disabled ?? false}
      {...(isSelector ? { 'aria-label': `Form of ${label}` } : { 'aria-labelledby': labelId(id), ...described(props) })}
      onChange={({ target }) => onChange(target.value === '' ? undefined : choices[Number(target.value)]?.value)}
    >
      {!isSelector && <option value="">{schema.default === undefined ? 'Choose …' : 'Not given'}</option>}
      {choices.map((choice, index) => (
        <option key={choice.label} value={index}>
          {choice.label}
        </option>
      ))}
    </select>
  );
}

function isShort(choices: readonly EnumOptionsType[]): boolean {
  return choices.reduce((sum, { label }) => sum + label.length, 0) <= 36;
}

/** Yes, no, and where it need not be said, neither: a box that is ticked or not could not tell that apart. */
export function YesNo(props: WidgetProps) {
  const enumOptions = [
    { value: true, label: 'Yes' },
    { value: false, label: 'No' },
  ];
  return <Segments {...props} options={{ ...props.options, enumOptions }} />;
}

function Segments(props: WidgetProps) {
  const { id, required, disabled, value, options, onChange } = props;
  const choices = options.enumOptions ?? [];
  const unsaid = required === true || options['isWhole'] === true ? [] : [{ value: undefined, label: 'Not given' }];
  return (
    <div className="segments" role="radiogroup" aria-labelledby={labelId(id)} {...described(props)}>
      {[...unsaid, ...choices].map((choice, index) => (
        <label key={choice.label} className="segment">
          <input
            type="radio"
            name={id}
            id={index === 0 ? id : `${id}-${index}`}
            checked={choice.value === value}
            disabled={disabled ?? false}
            onChange={() => onChange(choice.value)}
          />
          <span>{choice.label}</span>
        </label>
      ))}
    </div>
  );
}

/** Any of several values, each once. */
function SomeOf(props: WidgetProps) {
  const { id, disabled, value, options, onChange } = props;
  const chosen: readonly unknown[] = Array.isArray(value) ? value : [];
  const toggle = (each: unknown): void => {
    const rest = chosen.includes(each) ? chosen.filter((other) => other !== each) : [...chosen, each];
    onChange(rest.length === 0 ? undefined : rest);
  };
  return (
    <div className="segments" role="group" aria-labelledby={labelId(id)} {...described(props)}>
      {(options.enumOptions ?? []).map((choice, index) => (
        <label key={choice.label} className="segment">
          <input
            type="checkbox"
            id={index === 0 ? id : `${id}-${index}`}
            checked={chosen.includes(choice.value)}
            disabled={disabled ?? false}
            onChange={() => toggle(choice.value)}
          />
          <span>{choice.label}</span>
        </label>
      ))}
    </div>
  );
}
