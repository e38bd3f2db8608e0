import { usePage } from '../data/page.ts';
import { duration } from '../data/times.ts';
import { SimulatedBadge } from '../../../widgets/SimulatedBadge.tsx';
import { DeviceText } from '../DeviceText.tsx';
import { formatted } from '../../../widgets/format.ts';
import type { InterlockView, SeenView } from './interlock.ts';

/** What guards the device, whether it holds, and the values that decide it. */
export function Interlocks() {
  const { interlocks } = usePage();
  if (interlocks.length === 0) return null;
  return (
    <section className="panel sheet" aria-labelledby="interlocks-title" id="interlocks" tabIndex={-1}>
      <h2 id="interlocks-title">Interlocks</h2>
      <p className="faint">They guard a process against mistakes, and are no safety function.</p>
      <ul className="interlocks">
        {interlocks.map((each) => (
          <Interlock key={each.name} interlock={each} />
        ))}
      </ul>
    </section>
  );
}

function Interlock({ interlock }: { readonly interlock: InterlockView }) {
  const { name, forbid, unless, satisfied, problem, values, onViolation } = interlock;
  return (
    <li data-interlock={name}>
      <h3>
        {name}{' '}
        <span className={satisfied ? 'tag ok' : 'tag warn'}>
          <span aria-hidden="true">{satisfied ? '✓ ' : '▲ '}</span>
          {satisfied ? 'permits' : 'forbids'}
        </span>
      </h3>
      <p>
        {forbid.includes('*') ? 'Every command' : forbid.join(', ')} only if <code>{unless}</code>.
        {onViolation === 'stop' && ' If it no longer holds, the device is stopped.'}
      </p>
      {problem !== undefined && (
        <p className="wrong">
          <DeviceText>{problem}</DeviceText>
        </p>
      )}
      <ul className="seen">
        {values.map((value) => (
          <li key={`${value.device}.${value.property}`}>
            <Seen seen={value} />
          </li>
        ))}
      </ul>
    </li>
  );
}

function Seen({ seen }: { readonly seen: SeenView }) {
  const { device, property, value, ageMs, usable, problem, simulated = false } = seen;
  return (
    <>
      <a href={`#/devices/${encodeURIComponent(device)}`}>{device}</a>.{property} is{' '}
      <strong>
        <DeviceText>{typeof value === 'boolean' ? String(value) : formatted(value)}</DeviceText>
      </strong>
      {ageMs !== null && `, ${ageMs < 1000 ? `${Math.round(ageMs)} ms` : duration(ageMs)} old`}{' '}
      <SimulatedBadge simulated={simulated} />
      {!usable && (
        <span className="wrong">
          {' '}
          and cannot be relied on: <DeviceText>{problem ?? 'unknown'}</DeviceText>
        </span>
      )}
    </>
  );
}
