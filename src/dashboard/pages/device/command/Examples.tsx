/** What the model's author shows: each fills the form in, and sends nothing. */
export function Examples({
  examples,
  onChoose,
}: {
  readonly examples: readonly unknown[];
  readonly onChoose: (value: unknown) => void;
}) {
  const some = examples.filter((example) => !isEmpty(example)).slice(0, 6);
  if (some.length === 0) return null;
  return (
    <p className="examples">
      Fill in:{' '}
      {some.map((example) => (
        <button type="button" className="quiet example" key={JSON.stringify(example)} onClick={() => onChoose(example)}>
          {shortly(example)}
        </button>
      ))}
    </p>
  );
}

function isEmpty(example: unknown): boolean {
  return typeof example === 'object' && example !== null && Object.keys(example).length === 0;
}

function shortly(example: unknown): string {
  const isObject = typeof example === 'object' && example !== null && !Array.isArray(example);
  const text = isObject
    ? Object.entries(example)
        .map(([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
        .join(', ')
    : JSON.stringify(example);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
