import { useState } from 'react';
import { Button } from '../../../permission/Button.tsx';
import { missingThere } from '../../../permission/missing.ts';
import { Permit } from '../../../permission/Permit.tsx';
import { Outcome } from '../command/Outcome.tsx';
import { wordsFor } from '../command/outcome-words.ts';
import { Result } from '../command/Result.tsx';
import { messageOf } from '../data/message.ts';
import { usePage } from '../data/page.ts';
import { commandAt } from '../data/paths.ts';
import { type CommandChange, lab, serviceNow } from '../data/shared.ts';
import { moment } from '../data/times.ts';
import { SimulatedBadge } from '../../../widgets/SimulatedBadge.tsx';
import { DeviceText } from '../DeviceText.tsx';

const first = 8;

/** What was asked of the device, by whomever, and what became of it. */
export function Recent({ onTrace }: { readonly onTrace: (id: string) => void }) {
  const { commands } = usePage();
  const [all, setAll] = useState(false);
  const shown = all ? commands : commands.slice(0, first);
  return (
    <section className="panel sheet" aria-labelledby="recent-title" id="recent" tabIndex={-1}>
      <h2 id="recent-title">Recent commands</h2>
      {commands.length === 0 && <p className="faint">None yet.</p>}
      <ul className="recent">
        {shown.map((command) => (
          <Row key={command.id} command={command} onTrace={onTrace} />
        ))}
      </ul>
      {commands.length > first && (
        <button type="button" className="quiet" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${commands.length}`}
        </button>
      )}
    </section>
  );
}

function Row({ command, onTrace }: { readonly command: CommandChange; readonly onTrace: (id: string) => void }) {
  const [open, setOpen] = useState(false);
  const { id, submittedAt, params, by } = command;
  const words = wordsFor(command);
  const isAbortable = usePage().detail.commands[command.command]?.abortable === true;
  const mayCancel = command.state === 'queued' || (command.state === 'sent' && isAbortable);
  return (
    <li>
      <button
        type="button"
        className="recent-row"
        data-command={id}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <time dateTime={submittedAt}>{moment(submittedAt, serviceNow())}</time>
        <span className="what">
          <DeviceText>{`${command.command} ${json(params)}`}</DeviceText>
        </span>
        <SimulatedBadge simulated={command.simulated} />
        <span className={`tag outcome-tag ${words.tone}`}>{words.title}</span>
      </button>
      {open && (
        <div className="recent-more">
          <Outcome words={words} />
          <Result result={command.result} evidence={command.evidence} />
          <p className="faint">
            By <DeviceText>{by}</DeviceText>, <a href={`#/commands/${id}`}>all that is on record of it</a>
          </p>
          <div className="actions">
            <button type="button" className="quiet" onClick={() => onTrace(id)}>
              Its bytes on the wire
            </button>
            {mayCancel && <Cancel id={id} name={command.command} />}
          </div>
        </div>
      )}
    </li>
  );
}

function Cancel({ id, name }: { readonly id: string; readonly name: string }) {
  const missing = missingThere(usePage().allowed, 'command', name);
  const [told, setTold] = useState('');
  const cancel = async (): Promise<void> => {
    try {
      await lab.http.request('DELETE', commandAt(id));
      setTold('');
    } catch (error) {
      setTold(messageOf(error));
    }
  };
  return (
    <>
      <Permit missing={missing}>
        <Button type="button" className="quiet" onClick={() => void cancel()}>
          Cancel it
        </Button>
      </Permit>
      <span role="status" className="wrong">
        {told}
      </span>
    </>
  );
}

function json(params: unknown): string {
  const text = params === undefined ? '' : JSON.stringify(params);
  return text === '{}' ? '' : text.slice(0, 200);
}
