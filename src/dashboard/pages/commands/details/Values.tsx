/** What was sent or came back, each value on a line of its own; always as text. */
export function Values({ title, value }: { readonly title: string; readonly value: unknown }) {
  if (value === undefined || value === null) return null;
  const entries = typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : undefined;
  if (entries?.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {entries === undefined ? (
        <p>
          <code>{inWords(value)}</code>
        </p>
      ) : (
        <dl className="given">
          {entries.map(([name, each]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <code>{inWords(each)}</code>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

const maxText = 2000;

function inWords(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > maxText ? `${text.slice(0, maxText)}…` : text;
}
