import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button } from '../../../permission/Button.tsx';
import { usePage } from '../data/page.ts';
import { useAction } from '../data/useAction.ts';
import { change } from './manage.ts';

interface Props {
  readonly labels: Readonly<Record<string, string>>;
  readonly onDone: () => void;
}

/** One to a line, `key=value`: what a list of them is written as elsewhere. */
export function EditLabels({ labels, onDone }: Props) {
  const { id, reload } = usePage();
  const [text, setText] = useState(
    Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join('\n'),
  );
  const { error, run } = useAction();
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const done = await run(() => change(id, { labels: parsed(text) }));
    if (!done) return;
    reload();
    onDone();
  };
  return (
    <form className="edit-labels" onSubmit={(event) => void submit(event)}>
      <label>
        Labels, one to a line: key=value
        <textarea
          rows={4}
          value={text}
          ref={field}
          spellCheck={false}
          onChange={({ target }) => setText(target.value)}
          aria-describedby="labels-wrong"
        />
      </label>
      <p id="labels-wrong" role="status" className="wrong">
        {error}
      </p>
      <div className="actions">
        <Button type="submit" className="primary">
          Keep
        </Button>
        <button type="button" className="quiet" onClick={onDone}>
          Leave as it was
        </button>
      </div>
    </form>
  );
}

function parsed(text: string): Record<string, string> {
  const lines = text.split('\n').map((line) => line.trim());
  return Object.fromEntries(
    lines
      .filter((line) => line !== '')
      .map((line) => {
        const [key = '', ...rest] = line.split('=');
        return [key.trim(), rest.join('=').trim()];
      }),
  );
}
