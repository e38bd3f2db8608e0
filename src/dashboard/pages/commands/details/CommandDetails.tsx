import { useEffect, useRef } from 'react';
import { Trouble } from '../../../asking/Trouble.tsx';
import { useAct } from '../../../asking/useAct.ts';
import type { CommandView } from '../../../../client/index.ts';
import { lab } from '../../../live/index.ts';
import { OutcomeBadge } from '../../../widgets/OutcomeBadge.tsx';
import { SimulatedBadge } from '../../../widgets/SimulatedBadge.tsx';
import { Timings } from './Timings.tsx';
import { wordsFor } from '../../device/command/outcome-words.ts';
import { useCommand } from './useCommand.ts';
import { Values } from './Values.tsx';
import { Button } from '../../../permission/Button.tsx';
import { missingThere } from '../../../permission/missing.ts';
import { Permit } from '../../../permission/Permit.tsx';
import { useAllowed } from '../../../permission/useMe.ts';

/** Everything that is on record of one command. */
export function CommandDetails({ id, closeHref }: { readonly id: string; readonly closeHref: string }) {
  const { command, error } = useCommand(id);
  const heading = useRef<HTMLHeadingElement>(null);
  const isThere = command !== undefined;
  useEffect(() => {
    if (isThere) heading.current?.focus();
  }, [isThere]);
  return (
    <section className="panel details" aria-label="Details of the command">
      <div className="row spread">
        <h2 ref={heading} tabIndex={-1}>
          {command?.command ?? 'Command'}
        </h2>
        <a href={closeHref}>Close</a>
      </div>
      <Trouble error={error} />
      {isThere && <Known command={command} />}
    </section>
  );
}

function Known({ command }: { readonly command: CommandView }) {
  const { id, device, by, attempts, params, result, evidence } = command;
  const root = `#/devices/${encodeURIComponent(device)}`;
  return (
    <>
      <p className="row">
        <a href={root}>{device}</a>
        <OutcomeBadge state={command.state} outcome={command.outcome} />
        {command.simulated && <SimulatedBadge />}
      </p>
      <Told command={command} />
      <Cancel command={command} />
      <Failure command={command} />
      <Timings command={command} />
      <Values title="Parameters" value={params} />
      <Values title="Result" value={result} />
      <Values title="What the device said" value={evidence} />
      <p className="quiet">
        {`By ${by}`}
        {attempts !== undefined && `, sent ${attempts} times`}
        {', '}
        <code>{id}</code>
      </p>
      <p className="row">
        <a href={`${root}?trace=${id}`}>What passed on the wire</a>
        <a href={`/v1/commands/${id}`}>As JSON</a>
      </p>
    </>
  );
}

/** What became of it, in plain words. */
function Told({ command }: { readonly command: CommandView }) {
  const { text, device, advice } = wordsFor(command);
  return (
    <div className="in-words">
      <p>{text}</p>
      {device !== undefined && (
        <p>
          {'In the device’s own words: '}
          <q>{device}</q>
        </p>
      )}
      {advice !== undefined && <p>{advice}</p>}
    </div>
  );
}

function Failure({ command: { error } }: { readonly command: CommandView }) {
  if (error === undefined) return null;
  return (
    <p className="quiet">
      {'What this means: '}
      <a href={`/problems/${error.code}`}>{error.code}</a>
    </p>
  );
}

/** Of what has not left; what has left may be asked to end, where its driver can tell the device. */
function Cancel({ command }: { readonly command: CommandView }) {
  const { act, isBusy, error } = useAct();
  const { state, id } = command;
  const allowed = useAllowed(command.device);
  if (state === 'ended') return null;
  const cancel = () => void act(() => lab.http.request('DELETE', `/v1/commands/${id}`));
  return (
    <div className="row">
      <Permit missing={missingThere(allowed, 'command', command.command)}>
        <Button type="button" onClick={cancel} disabled={isBusy}>
          {state === 'queued' ? 'Cancel' : 'Ask it to end'}
        </Button>
      </Permit>
      <Trouble error={error} />
    </div>
  );
}
