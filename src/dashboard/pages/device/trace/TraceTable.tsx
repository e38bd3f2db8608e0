import { memo, useLayoutEffect, useRef } from 'react';
import { spaced } from '../command/DryRun.tsx';
import { exactTime } from '../data/times.ts';
import { DeviceText } from '../DeviceText.tsx';
import type { TraceEntry } from './entry.ts';

interface Props {
  readonly rows: readonly TraceEntry[];
  /** Keeps the newest in view, unless somebody has scrolled back. */
  readonly follow: boolean;
  /** Why there may be none. */
  readonly nothing: string;
  readonly onCommand: (id: string) => void;
}

export function TraceTable({ rows, follow, nothing, onCommand }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (follow && atEnd.current && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- Each new row moves the end.
  }, [rows, follow]);
  return (
    <div
      className="trace-box"
      ref={box}
      role="region"
      aria-label="The wire, newest last"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- It scrolls, by keys as well.
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < 24;
      }}
    >
      <table className="trace">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Way</th>
            <th scope="col">What</th>
            <th scope="col">For</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.sequence} row={row} onCommand={onCommand} />
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p className="faint">{nothing}</p>}
    </div>
  );
}

const ways = { sent: '→ sent', heard: '← heard', wire: '· wire' };

const Row = memo(function Row({
  row,
  onCommand,
}: {
  readonly row: TraceEntry;
  readonly onCommand: Props['onCommand'];
}) {
  const { at, kind, call } = row;
  const id = call?.id;
  return (
    <tr className={kind}>
      <td>
        <time dateTime={at}>{exactTime(at)}</time>
      </td>
      <td>{ways[kind]}</td>
      <td>
        <What row={row} />
      </td>
      <td>
        {id === undefined ? (
          <span className="faint">{[call?.kind, call?.name].filter((part) => part !== undefined).join(' ')}</span>
        ) : (
          <button type="button" className="link" onClick={() => onCommand(id)}>
            {call?.name ?? 'command'}
          </button>
        )}
      </td>
    </tr>
  );
});

function What({ row }: { readonly row: TraceEntry }) {
  const { what, detail, hex = '', text = '', message, cutFrom } = row;
  if (row.kind === 'wire') return <DeviceText>{detail === undefined ? (what ?? '') : `${what}: ${detail}`}</DeviceText>;
  return (
    <>
      {message !== undefined && (
        <code className="topic">
          <DeviceText>{message.topic}</DeviceText>
          {message.retained === true && ' (retained)'}
        </code>
      )}
      <code className="text">
        <DeviceText>{message?.text ?? text}</DeviceText>
      </code>
      <code className="hex">{spaced(message?.hex ?? hex)}</code>
      {cutFrom !== undefined && <span className="faint">the beginning of {cutFrom} bytes</span>}
    </>
  );
}
