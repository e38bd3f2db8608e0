import { useEffect, useRef } from 'react';
import type { Simulator } from './views.ts';

interface Props {
  readonly simulators: readonly Simulator[];
  readonly current: string | undefined;
}

export function SimulatorList({ simulators, current }: Props) {
  return (
    <nav className="simulators" aria-label="Simulated devices">
      {simulators.map((simulator) => (
        <Item key={simulator.id} simulator={simulator} isCurrent={simulator.id === current} />
      ))}
    </nav>
  );
}

function Item({ simulator, isCurrent }: { readonly simulator: Simulator; readonly isCurrent: boolean }) {
  const { id, model } = simulator;
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (isCurrent) link.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [isCurrent]);
  return (
    <a ref={link} href={`#/simulators/${encodeURIComponent(id)}`} aria-current={isCurrent ? 'true' : undefined}>
      <strong>{id}</strong>
      <span className="warn quiet">{notesOf(simulator)}</span>
      <span className="quiet">{model}</span>
    </a>
  );
}

function notesOf({ activeFaults, time: { paused, speed } }: Simulator): string {
  const faults = activeFaults === 0 ? [] : [`${activeFaults} ${activeFaults === 1 ? 'fault' : 'faults'}`];
  const pace = paused ? ['paused'] : speed === 1 ? [] : [`${speed}×`];
  return [...faults, ...pace].join(', ');
}
