import { useId } from 'react';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly words: readonly string[];
  /** How they read, where that is not as they are written. */
  readonly shown?: readonly string[];
  readonly set: (value: string) => void;
}

/** One of several words, or all of them: ''. */
export function Choose({ label, value, words, shown = words, set }: Props) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => set(event.currentTarget.value)}>
        <option value="">all</option>
        {words.map((word, index) => (
          <option key={word} value={word}>
            {shown[index]}
          </option>
        ))}
      </select>
    </div>
  );
}
