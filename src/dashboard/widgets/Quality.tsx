/** Why a value cannot be relied on; nothing if it can. */
export function Quality({
  quality,
  error,
}: {
  readonly quality: 'good' | 'stale' | 'bad';
  readonly error?: string | undefined;
}) {
  if (quality === 'good') return null;
  return (
    <span className={`quality ${quality}`} title={error}>
      {quality === 'stale' ? 'old' : 'not valid'}
    </span>
  );
}
