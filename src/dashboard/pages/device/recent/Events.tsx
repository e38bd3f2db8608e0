import { usePage } from '../data/page.ts';
import { serviceNow } from '../data/shared.ts';
import { moment } from '../data/times.ts';
import { DeviceText } from '../DeviceText.tsx';
import { formatted } from '../../../widgets/format.ts';

/** What the device told by itself, since this page is open. */
export function Events() {
  const { live, detail } = usePage();
  const { events } = live;
  const names = Object.keys(detail.events);
  if (names.length === 0 && events.length === 0) return null;
  return (
    <section className="panel sheet" aria-labelledby="events-title" id="events">
      <h2 id="events-title">Events</h2>
      {events.length === 0 && <p className="faint">None since this page is open. It may tell {names.join(', ')}.</p>}
      <ul className="events">
        {events.map(({ name, data, at }) => (
          <li key={`${at} ${name} ${JSON.stringify(data)}`}>
            <time dateTime={at}>{moment(at, serviceNow())}</time> <strong>{name}</strong>{' '}
            <DeviceText>{pairs(data)}</DeviceText>
          </li>
        ))}
      </ul>
    </section>
  );
}

function pairs(data: unknown): string {
  if (typeof data !== 'object' || data === null) return formatted(data);
  return Object.entries(data)
    .map(([key, value]) => `${key} ${formatted(value)}`)
    .join(', ');
}
