import type { KeyboardEvent } from 'react';
import type { DeviceView } from '../../../client/index.ts';
import type { DeviceAlarms } from './alarms-by-device.ts';
import type { Choice, SortKey } from './arrange.ts';
import { DeviceRow } from './DeviceRow.tsx';

interface Props {
  readonly devices: readonly DeviceView[];
  readonly alarms: ReadonlyMap<string, DeviceAlarms>;
  readonly choice: Choice;
  readonly choose: (choice: Choice) => void;
}

const columns: readonly (readonly [string, SortKey | undefined])[] = [
  ['Device', 'id'],
  ['State', 'state'],
  ['Values', undefined],
  ['Model', 'model'],
  ['Labels', undefined],
  ['Seen', undefined],
];

/**
 * A table by its roles: rows of real tables cannot be left unpainted while they are out of sight (`content-visibility`), which is
 * what lets hundreds of them be there, for the browser's own search and for screen readers, without being in the way.
 */
export function DeviceTable({ devices, alarms, choice, choose }: Props) {
  return (
    // Arrow keys are a short cut among links that Tab reaches as well.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/interactive-supports-focus
    <div
      className="device-table"
      role="table"
      aria-label="Devices"
      aria-rowcount={devices.length + 1}
      onKeyDown={moveFocus}
    >
      <div className="head" role="row">
        {columns.map(([name, key]) => (
          <Heading key={name} name={name} sort={key} choice={choice} choose={choose} />
        ))}
      </div>
      <div role="rowgroup" className="rows">
        {devices.map(({ id }) => (
          <DeviceRow key={id} id={id} alarms={alarms.get(id)} />
        ))}
      </div>
    </div>
  );
}

interface HeadingProps {
  readonly name: string;
  readonly sort: SortKey | undefined;
  readonly choice: Choice;
  readonly choose: (choice: Choice) => void;
}

function Heading({ name, sort, choice, choose }: HeadingProps) {
  if (sort === undefined) return <span role="columnheader">{name}</span>;
  const active = choice.sort === sort;
  const direction = choice.descending ? 'descending' : 'ascending';
  return (
    <span role="columnheader" aria-sort={active ? direction : 'none'}>
      <button type="button" onClick={() => choose({ ...choice, sort, descending: active && !choice.descending })}>
        {name}
        <i aria-hidden="true">{active ? (choice.descending ? '▾' : '▴') : ''}</i>
      </button>
    </span>
  );
}

const moves: Readonly<Record<string, (index: number, last: number) => number>> = {
  ArrowDown: (index, last) => Math.min(index + 1, last),
  ArrowUp: (index) => Math.max(index - 1, 0),
  Home: () => 0,
  End: (_, last) => last,
};

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const move = moves[event.key];
  const links = [...document.querySelectorAll<HTMLElement>('.device-table a.name')];
  const index = links.findIndex((link) => link === document.activeElement);
  if (move === undefined || index === -1) return;
  event.preventDefault();
  links[move(index, links.length - 1)]?.focus();
}
