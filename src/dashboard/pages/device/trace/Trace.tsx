import { useState } from 'react';
import { usePage } from '../data/page.ts';
import { containing, maxRows, ofCommand } from './entry.ts';
import { TraceTable } from './TraceTable.tsx';
import { useTrace } from './useTrace.ts';

interface Props {
  /** One command’s bytes alone. */
  readonly command: string | undefined;
  readonly onCommand: (id: string | undefined) => void;
}

/** The wire, as it happens: bounded, and asked for only while it is open. */
export function Trace({ command, onCommand }: Props) {
  const { id, commands } = usePage();
  const [open, setOpen] = useState(false);
  const [paused, setPaused] = useState(false);
  const [words, setWords] = useState('');
  const shown = open || command !== undefined;
  const { rows, missed, error, clear } = useTrace(id, shown && !paused);
  const filtered = containing(command === undefined ? rows : ofCommand(rows, command), words);
  const name = commands.find((each) => each.id === command)?.command ?? 'one command';
  return (
    <section className="panel sheet" aria-labelledby="trace-title" id="trace" tabIndex={-1}>
      <div className="sheet-head">
        <h2 id="trace-title">Wire</h2>
        <button
          type="button"
          className="quiet"
          aria-expanded={shown}
          onClick={() => {
            setOpen(!shown);
            onCommand(undefined);
          }}
        >
          {shown ? 'Close' : 'Show'}
        </button>
      </div>
      {!shown && <p className="faint">What passes on the wire, byte by byte, as it happens.</p>}
      {shown && (
        <>
          <div className="sheet-head">
            <input
              type="search"
              aria-label="Search the wire"
              placeholder="Search: text, hex, topic"
              value={words}
              onChange={({ target }) => setWords(target.value)}
            />
            <button type="button" className="quiet" aria-pressed={paused} onClick={() => setPaused(!paused)}>
              {paused ? 'Go on' : 'Pause'}
            </button>
            <button type="button" className="quiet" onClick={clear}>
              Clear
            </button>
            {command !== undefined && (
              <button type="button" className="quiet" onClick={() => onCommand(undefined)}>
                Only {name}: show all
              </button>
            )}
          </div>
          {error !== undefined && <p className="wrong">{error}</p>}
          {missed > 0 && <p className="wrong">{missed} entries came too fast and are not shown.</p>}
          <TraceTable rows={filtered} follow={!paused} nothing={nothingOf(command, words)} onCommand={onCommand} />
          <p className="faint">
            The latest {maxRows} at most. Answers on a serial line are told apart by their place alone.
          </p>
        </>
      )}
    </section>
  );
}

function nothingOf(command: string | undefined, words: string): string {
  if (words.trim() !== '') return 'Nothing fits.';
  return command === undefined ? 'Nothing yet.' : 'Nothing of it is kept here: only what passed last is.';
}
