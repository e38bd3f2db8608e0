import { useMemo } from 'react';
import type { DeviceView } from '../../../client/index.ts';
import { type Choice, labelKeys } from './arrange.ts';

interface Props {
  readonly views: readonly DeviceView[];
  readonly choice: Choice;
  readonly choose: (choice: Choice) => void;
  readonly shown: number;
}

const states = ['ready', 'connecting', 'quarantined', 'recovering', 'offline', 'disabled'] as const;

export function Filters({ views, choice, choose, shown }: Props) {
  const labels = useMemo(() => labelKeys(views), [views]);
  return (
    <search className="filters">
      <label>
        <span>Search</span>
        <input
          type="search"
          value={choice.search}
          placeholder="id, model, label …"
          onChange={({ target }) => choose({ ...choice, search: target.value })}
        />
      </label>
      <label>
        <span>Show</span>
        <select value={choice.show} onChange={({ target }) => choose({ ...choice, show: target.value })}>
          <option value="">everything</option>
          <option value="not-ready">not ready</option>
          <option value="stopped">stopped</option>
          <option value="alarm">with alarms</option>
          {states.map((state) => (
            <option key={state}>{state}</option>
          ))}
        </select>
      </label>
      <label>
        <span>Group by</span>
        <select value={choice.group} onChange={({ target }) => choose({ ...choice, group: target.value })}>
          <option value="">nothing</option>
          {labels.map((label) => (
            <option key={label}>{label}</option>
          ))}
        </select>
      </label>
      <output className="count">{shown === views.length ? '' : `${shown} of ${views.length} devices`}</output>
    </search>
  );
}
