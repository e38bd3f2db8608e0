import { useEffect, useRef } from 'react';
import { everyPage } from '../../asking/everyPage.ts';
import { Trouble } from '../../asking/Trouble.tsx';
import { useAsked } from '../../asking/useAsked.ts';
import { lab, useSimulators } from '../../live/index.ts';
import { Panel } from './Panel.tsx';
import { SimulatorList } from './SimulatorList.tsx';
import type { Simulator } from './views.ts';
import { useTitle } from '../useTitle.ts';
import '../pages.css';
import './simulators.css';

/** More than anybody looks through; the rest has the API. */
const maxShown = 2000;

/** What stands in for devices: how it is, and what goes wrong with it. */
export default function SimulatorsPage({ id }: { readonly id?: string | undefined }) {
  useTitle('Simulators – SIMULATED');
  const ask = (signal: AbortSignal) => everyPage<Simulator>(lab, '/v1/simulators', { atMost: maxShown, signal });
  const { answer, error } = useAsked('simulators', ask, { changes: useSimulators() });
  return <Page wanted={id} simulators={answer?.items} error={error} />;
}

/** Whoever chooses another one goes on there, not in the list. */
function useFocusOnChange(wanted: string | undefined): React.RefObject<HTMLElement | null> {
  const region = useRef<HTMLElement>(null);
  const before = useRef(wanted);
  useEffect(() => {
    if (before.current !== wanted) region.current?.focus({ preventScroll: true });
    before.current = wanted;
  }, [wanted]);
  return region;
}

interface Props {
  readonly wanted: string | undefined;
  readonly simulators: readonly Simulator[] | undefined;
  readonly error: unknown;
}

function Page({ wanted, simulators, error }: Props) {
  const current = wanted ?? simulators?.[0]?.id;
  const region = useFocusOnChange(wanted);
  const chosen = simulators?.find(({ id }) => id === current);
  return (
    <>
      <p className="simulated-banner">
        <strong>SIMULATED</strong> Nothing on this page is real hardware.
      </p>
      <h1>Simulated devices</h1>
      <Trouble error={error} />
      {simulators?.length === 0 && <p>No device of this service is simulated.</p>}
      <div className="simulators-page">
        <SimulatorList simulators={simulators ?? []} current={current} />
        <section ref={region} tabIndex={-1} aria-label={chosen?.id ?? 'No device'}>
          {chosen !== undefined && <Panel key={chosen.id} id={chosen.id} />}
          {chosen === undefined && simulators !== undefined && wanted !== undefined && (
            <p>{`There is no simulated device ${wanted}.`}</p>
          )}
        </section>
      </div>
    </>
  );
}
