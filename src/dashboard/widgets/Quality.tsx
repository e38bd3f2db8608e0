interface Props {
  readonly quality: 'good' | 'stale' | 'bad';
  readonly error?: string | undefined;
  /** Whether there is a value at all. */
  readonly known?: boolean;
}

/** Why a value cannot be relied on; nothing if it can. */
export function Quality({ quality, error, known = true }: Props) {
  if (quality === 'good') return null;
  return (
    <span className={`quality ${quality}`} title={error}>
      {quality === 'stale' ? 'old' : known ? 'not valid' : 'not known'}
    </span>
  );
}
