import { useId } from 'react';

interface Props {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | undefined;
}

export function IdField({ value, onChange, error, hint }: Props & { readonly hint: string }) {
  const rule = 'Lower case letters, digits and hyphens';
  const wrong = error?.startsWith('must match pattern') === true ? `${rule}, no hyphen first, 63 at most.` : error;
  return <TextField label="Id" hint={`${rule}. ${hint}`} {...{ value, onChange }} error={wrong} />;
}

export function LabelsField(props: Props) {
  return <TextField label="Labels" hint="As room=lab, bench=left." {...props} />;
}

export function TextField({
  label,
  value,
  onChange,
  error,
  hint,
  known,
}: Props & { readonly label: string; readonly hint: string; readonly known?: readonly string[] }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        value={value}
        maxLength={1000}
        autoComplete="off"
        spellCheck={false}
        list={known && `${id}-known`}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {known !== undefined && (
        <datalist id={`${id}-known`}>
          {known.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </datalist>
      )}
      <small id={`${id}-hint`} className={error === undefined ? undefined : 'wrong'}>
        {error ?? hint}
      </small>
    </div>
  );
}
