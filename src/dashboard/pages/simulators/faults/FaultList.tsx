import { Button } from '../../../permission/Button.tsx';
import type { Does } from '../does.ts';
import type { Report } from '../views.ts';
import { withoutFault } from './requests.ts';

/** What goes wrong on the wire, and how often it has. */
export function FaultList({ report, does }: { readonly report: Report; readonly does: Does }) {
  const { faults, seed } = report;
  if (faults.length === 0) return <p className="quiet">None: its wire is as it should be.</p>;
  return (
    <>
      <ul className="plain">
        {faults.map(({ fault, acted, active }, index) => {
          const { kind, ...how } = fault;
          return (
            <li key={index} className="row spread">
              <span>
                <strong className={active ? 'warn' : 'quiet'}>{kind}</strong>
                {Object.keys(how).length > 0 && <code>{` ${JSON.stringify(how)}`}</code>}
                <span className="quiet">{` acted ${acted}×${active ? '' : ', over'}`}</span>
              </span>
              {active && (
                <Button
                  type="button"
                  aria-label={`End ${kind}`}
                  onClick={() => void does('PUT', 'faults', withoutFault(report, fault))}
                >
                  End
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      <p className="row">
        <Button type="button" onClick={() => void does('DELETE', 'faults')}>
          End all
        </Button>
        <span className="quiet">{`seed ${seed}`}</span>
      </p>
    </>
  );
}
