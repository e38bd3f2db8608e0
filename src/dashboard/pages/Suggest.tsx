import { useId } from 'react';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly known: readonly string[];
  readonly set: (value: string) => void;
}

/** Any text, with what is known for suggestions. It counts once it is complete: when the field is left, or on Enter. */
export function Suggest({ label, value, known, set }: Props) {
  const id = useId();
  const take = (input: HTMLInputElement): void => {
    if (input.value.trim() !== value) set(input.value.trim());
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        key={value}
        defaultValue={value}
        list={`${id}-known`}
        maxLength={200}
        autoComplete="off"
        spellCheck={false}
        onBlur={(event) => take(event.currentTarget)}
        onChange={(event) => known.includes(event.currentTarget.value) && take(event.currentTarget)}
        onKeyDown={(event) => event.key === 'Enter' && take(event.currentTarget)}
      />
      <datalist id={`${id}-known`}>
        {known.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </datalist>
    </div>
  );
}
