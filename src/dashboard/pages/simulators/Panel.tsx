import type { ReactNode } from 'react';
import { Trouble } from '../../asking/Trouble.tsx';
import { useAct } from '../../asking/useAct.ts';
import { lab, useDevice } from '../../live/index.ts';
import { missingThere } from '../../permission/missing.ts';
import { Permit } from '../../permission/Permit.tsx';
import { useAllowed } from '../../permission/useMe.ts';
import { SimulatedBadge } from '../../widgets/SimulatedBadge.tsx';
import { StateBadge } from '../../widgets/StateBadge.tsx';
import { Buttons } from './Buttons.tsx';
import type { Does } from './does.ts';
import { FaultForm } from './faults/FaultForm.tsx';
import { FaultList } from './faults/FaultList.tsx';
import { withFault } from './faults/requests.ts';
import { LastCommands } from './LastCommands.tsx';
import { StateTable } from './StateTable.tsx';
import { TimeControl } from './TimeControl.tsx';
import { useSimulator } from './useSimulator.ts';
import type { Detail } from './views.ts';

/** Everything that can be seen of one simulated device, and done to it. */
export function Panel({ id }: { readonly id: string }) {
  const { answer, error, again } = useSimulator(id);
  const { act, error: refused } = useAct();
  const missing = missingThere(useAllowed(id), 'simulate');
  const does: Does = async (method, what, body) => {
    const path = `/v1/simulators/${encodeURIComponent(id)}/${what}`;
    const done = await act(() => lab.http.request(method, path, body === undefined ? {} : { body }));
    again();
    return done;
  };
  return (
    <div className="simulator">
      <Trouble error={refused ?? error} />
      {answer !== undefined && (
        <>
          <Head detail={answer.detail} />
          <Sheet title="Plug, buttons and time">
            <Permit missing={missing}>
              <Buttons names={answer.detail.buttons} does={does} />
              <TimeControl time={answer.detail.time} does={does} />
            </Permit>
          </Sheet>
          <Sheet title="Last commands">
            <LastCommands device={id} />
          </Sheet>
          <Sheet title="What it is like">
            <Permit missing={missing}>
              <StateTable entries={answer.state} does={does} />
            </Permit>
          </Sheet>
          <Sheet title="Faults">
            <Permit missing={missing}>
              <FaultList report={answer.faults} does={does} />
              <FaultForm id={id} add={(fault) => does('PUT', 'faults', withFault(answer.faults, fault))} />
            </Permit>
          </Sheet>
        </>
      )}
    </div>
  );
}

function Sheet({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="panel" aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Head({ detail }: { readonly detail: Detail }) {
  const { id, model, connection, via, seed, part, sharedWith } = detail;
  const device = useDevice(id)?.view;
  const which = part === null || part === 'main' ? '' : `, ${part}`;
  return (
    <div className="panel">
      <div className="row spread">
        <h2>{id}</h2>
        <span className="row">
          {device !== undefined && <StateBadge state={device.state} detail={device.detail} />}
          <SimulatedBadge />
        </span>
      </div>
      <p className="quiet">{`${model} on ${connection} via ${via}, seed ${seed}${which}`}</p>
      {device?.detail !== undefined && <p className="quiet warn">{device.detail}</p>}
      {sharedWith.length > 0 && (
        <p className="quiet">{`Its line, faults and time are shared with ${sharedWith.join(', ')}.`}</p>
      )}
      <p>
        <a href={`#/devices/${encodeURIComponent(id)}`}>To the device</a>
      </p>
    </div>
  );
}
