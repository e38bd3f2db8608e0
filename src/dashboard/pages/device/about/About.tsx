import { missingThere } from '../../../permission/missing.ts';
import { Permit } from '../../../permission/Permit.tsx';
import { usePage } from '../data/page.ts';
import { dateAndTime } from '../data/times.ts';
import { DeviceText } from '../DeviceText.tsx';
import { EnableDevice } from './EnableDevice.tsx';
import { Labels } from './Labels.tsx';
import { Reconnect } from './Reconnect.tsx';

/** What it is, how it is reached, and what may be changed about it. */
export function About() {
  const { detail, live, allowed } = usePage();
  const missing = missingThere(allowed, 'configure');
  const { view } = live;
  const rows: readonly (readonly [string, string])[] = [
    ['Identity', detail.identity ?? 'not known'],
    ['Model', detail.model],
    ['Driver', detail.driver],
    ['Connection', detail.connection ?? 'none'],
    ['Last seen', view.lastSeenAt === null ? 'never' : dateAndTime(view.lastSeenAt)],
    ['Origin', whence(detail)],
    ['Limits', json(detail.limits)],
    ['Denied', detail.deny.length === 0 ? 'nothing' : detail.deny.join(', ')],
    ['When the service ends', detail.onShutdown === 'stop' ? 'it is stopped' : 'it is left as it is'],
    [
      'Sent again while unknown',
      detail.retries === 0 ? 'never' : `up to ${detail.retries} times, where that is harmless`,
    ],
    ['Unmatched replies', String(detail.unmatched)],
    ['Options', json(detail.options)],
  ];
  return (
    <section className="panel sheet" aria-labelledby="about-title" id="about" tabIndex={-1}>
      <h2 id="about-title">About this device</h2>
      <Permit missing={missing}>
        <Labels />
      </Permit>
      <dl className="facts">
        {rows.map(([term, text]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>
              <DeviceText>{text}</DeviceText>
            </dd>
          </div>
        ))}
      </dl>
      <div className="actions">
        <Permit missing={missing}>
          <Reconnect />
          <EnableDevice />
        </Permit>
      </div>
    </section>
  );
}

function whence({ managedBy, adopted }: { managedBy: string; adopted: { auto: boolean } | null }): string {
  if (managedBy === 'config') return 'the configuration file';
  if (adopted === null) return 'a request';
  return adopted.auto ? 'discovery, by a rule' : 'discovery';
}

function json(value: unknown): string {
  const text = JSON.stringify(value);
  return text === '{}' || text === undefined ? 'none' : text;
}
