import { useState } from 'react';
import type { PropertySpec } from '../../../../client/index.ts';
import { CommandForm } from '../command/CommandForm.tsx';
import { missingThere } from '../../../permission/missing.ts';
import { usePage } from '../data/page.ts';
import { type LiveProperty, qualityNow } from '../data/shared.ts';
import { ago, dateAndTime } from '../data/times.ts';
import { DeviceText } from '../DeviceText.tsx';
import type { Schema } from '../form/schema.ts';
import { locksOf } from '../guards/locks.ts';
import { CauseOf } from './CauseOf.tsx';
import { QualityMark } from './QualityMark.tsx';
import { ReadNow } from './ReadNow.tsx';
import { formatted } from '../../../widgets/format.ts';
import { titleOf } from '../form/schema.ts';
import { Sparkline } from './Sparkline.tsx';

/** Of a value that is too long for its row, as far as somebody wants to see it. */
const maxShown = 5000;

interface Props {
  readonly name: string;
  readonly spec: PropertySpec;
  readonly now: number;
  readonly onHistory: (property: string) => void;
}

export function ValueRow({ name, spec, now, onHistory }: Props) {
  const { live } = usePage();
  const [setting, setSetting] = useState(false);
  const property = live.properties.get(name);
  const title = titleOf(spec.schema, name);
  const readable = spec.access !== 'write';
  return (
    <li className="value-row" data-property={name}>
      <h3 title={spec.summary}>
        <DeviceText>{title}</DeviceText>
        {title !== name && <code>{name}</code>}
      </h3>
      {readable ? (
        <Reading property={property} now={now} pollMs={pollMsOf(spec)} />
      ) : (
        <p className="reading faint">can only be set</p>
      )}
      <Sparkline points={property?.recent ?? []} />
      <div className="row-actions">
        {readable && <ReadNow name={name} title={title} />}
        {readable && (
          <button type="button" className="quiet" aria-label={`History of ${title}`} onClick={() => onHistory(name)}>
            History
          </button>
        )}
        {spec.write !== undefined && (
          <button
            type="button"
            className="quiet"
            aria-label={`Set ${title}`}
            aria-expanded={setting}
            onClick={() => setSetting(!setting)}
          >
            Set
          </button>
        )}
      </div>
      {setting && <Write name={name} spec={spec} title={title} current={property?.value} />}
    </li>
  );
}

function pollMsOf({ source }: PropertySpec): number | undefined {
  return typeof source === 'object' ? source.pollMs : undefined;
}

interface ReadingProps {
  readonly property: LiveProperty | undefined;
  readonly now: number;
  readonly pollMs: number | undefined;
}

function Reading({ property, now, pollMs }: ReadingProps) {
  const { live, connected } = usePage();
  if (property === undefined) return <p className="reading faint">not known yet</p>;
  const { value, unit, at, cause } = property;
  const { quality, error } = qualityNow(property, { view: live.view, connected, now, pollMs });
  return (
    <div className="reading">
      <p className={`reading-value ${quality}`}>
        {value === '' ? <em className="faint">empty</em> : <DeviceText>{formatted(value)}</DeviceText>}
        {unit !== null && <span className="unit"> {unit}</span>}
      </p>
      <Whole text={formatted(value, maxShown)} isCut={formatted(value) !== formatted(value, maxShown)} />
      <p className="about">
        {at === null && quality === 'bad' ? 'not known yet' : <QualityMark quality={quality} error={error} />}
        {at !== null && (
          <time dateTime={at} title={dateAndTime(at)}>
            {ago(at, now)}
          </time>
        )}
        <CauseOf cause={cause} />
      </p>
    </div>
  );
}

function Whole({ text, isCut }: { readonly text: string; readonly isCut: boolean }) {
  if (!isCut) return null;
  return (
    <details className="whole">
      <summary>All of it</summary>
      <DeviceText>{text}</DeviceText>
    </details>
  );
}

interface WriteProps {
  readonly name: string;
  readonly spec: PropertySpec;
  readonly title: string;
  readonly current: unknown;
}

function Write({ name, spec, title, current }: WriteProps) {
  const page = usePage();
  const { write } = spec;
  if (write === undefined) return null;
  const schema: Schema = write.schema ?? spec.schema;
  return (
    <div className="write">
      <CommandForm
        device={page.id}
        target={{ kind: 'write', name }}
        schema={schema}
        label={title}
        start={current ?? undefined}
        simulated={page.detail.simulated}
        locks={locksOf(page, `write:${name}`, write.effect)}
        missing={missingThere(page.allowed, 'command', `write:${name}`)}
        abortable={false}
        onReadBack={() => void page.readBack()}
      />
    </div>
  );
}
