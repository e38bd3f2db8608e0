import type { DryRunView, WriteView } from '../../../../client/index.ts';
import { DeviceText } from '../DeviceText.tsx';
import { sentence } from './outcome-words.ts';

/** What would leave, byte by byte, and what stands in its way; nothing has left. */
export function DryRun({ run }: { readonly run: DryRunView }) {
  const { allowed, obstacles, writes, complete } = run;
  return (
    <div className="dry-run">
      <strong>Nothing was sent. {allowed ? 'Sent now, this would leave:' : 'It would be turned away now:'}</strong>
      {obstacles.length > 0 && (
        <ul className="obstacles">
          {obstacles.map(({ code, detail }) => (
            <li key={`${code} ${detail}`}>
              <DeviceText>{sentence(detail)}</DeviceText>
            </li>
          ))}
        </ul>
      )}
      {obstacles.length > 0 && writes.length > 0 && <p>Otherwise this would leave:</p>}
      {writes.length > 0 && (
        <ol className="writes">
          {writes.map((write, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- The list is written once and never changes.
            <li key={index}>
              <Write write={write} />
            </li>
          ))}
        </ol>
      )}
      {writes.length === 0 && obstacles.length === 0 && (
        <p>Nothing: there is no wire, or what would leave is not known.</p>
      )}
      {!complete && allowed && <p>More may follow: what that is depends on what the device answers.</p>}
    </div>
  );
}

function Write({ write }: { readonly write: WriteView }) {
  if ('topic' in write) {
    return (
      <>
        <code>
          <DeviceText>{write.topic}</DeviceText>
        </code>{' '}
        ← <code>{write.payload === '' ? <em>no payload</em> : <DeviceText>{write.payload}</DeviceText>}</code>
      </>
    );
  }
  return (
    <>
      <code>
        <DeviceText>{ascii(write.text)}</DeviceText>
      </code>
      <code className="hex">{spaced(write.hex)}</code>
    </>
  );
}

/** Line ends made visible; what is no text is told by its digits alone. */
export function ascii(text: string): string {
  return text.replaceAll('\r', '\\r').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}

export function spaced(hex: string): string {
  return hex.replaceAll(/..(?!$)/g, '$& ');
}
