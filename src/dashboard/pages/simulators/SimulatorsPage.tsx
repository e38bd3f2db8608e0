import { useParams } from 'wouter';
import { everyPage } from '../../asking/everyPage.ts';
import { Trouble } from '../../asking/Trouble.tsx';
import { useAsked } from '../../asking/useAsked.ts';
import { lab, useSimulators } from '../../live/index.ts';
import { Panel } from './Panel.tsx';
import { SimulatorList } from './SimulatorList.tsx';
import type { Simulator } from './views.ts';
import './simulators.css';

/** More than anybody looks through; the rest has the API. */
const maxShown = 2000;

/** What stands in for devices: how it is, and what goes wrong with it. */
export default function SimulatorsPage() {
  const { id } = useParams();
  const list = useAsked(`list ${useSimulators()}`, (signal) =>
    everyPage<Simulator>(lab, '/v1/simulators', { atMost: maxShown, signal }),
  );
  return <Page wanted={id} simulators={useLast(list.answer?.items)} error={list.error} />;
}

interface Props {
  readonly wanted: string | undefined;
  readonly simulators: readonly Simulator[] | undefined;
  readonly error: unknown;
}

function Page({ wanted, simulators, error }: Props) {
  const current = wanted ?? simulators?.[0]?.id;
  const chosen = simulators?.find(({ id }) => id === current);
  return (
    <>
      <title>Simulators – SIMULATED – Bellcrank</title>
      <p className="simulated-banner">
        <strong>SIMULATED</strong> Nothing on this page is real hardware.
      </p>
      <h1>Simulated devices</h1>
      <Trouble error={error} />
      {simulators?.length === 0 && <p>No device of this service is simulated.</p>}
      <div className="simulators-page">
        <SimulatorList simulators={simulators ?? []} current={current} />
        {chosen !== undefined && <Panel key={chosen.id} id={chosen.id} />}
        {chosen === undefined && simulators !== undefined && wanted !== undefined && (
          <p>{`There is no simulated device ${wanted}.`}</p>
        )}
      </div>
    </>
  );
}
