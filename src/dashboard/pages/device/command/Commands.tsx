import { useState } from 'react';
import type { CommandSpec } from '../../../../client/index.ts';
import { missingThere } from '../../../permission/missing.ts';
import { usePage } from '../data/page.ts';
import { DeviceText } from '../DeviceText.tsx';
import { locksOf } from '../guards/locks.ts';
import { CommandForm } from './CommandForm.tsx';
import { about } from './about.ts';

/** What the device can be told to do; what is denied is not among it. */
export function Commands() {
  const { detail, live } = usePage();
  const all = Object.entries(detail.commands);
  const { deny } = detail;
  return (
    <section className="panel sheet" aria-labelledby="commands-title" id="commands" tabIndex={-1}>
      <h2 id="commands-title">Commands</h2>
      {all.length === 0 && (
        <p className="faint">
          {live.view.state === 'ready' ? 'This device takes no commands.' : 'What it can do is told once it is there.'}
        </p>
      )}
      <ul className="commands">
        {all.map(([name, spec]) => (
          <Command key={name} name={name} spec={spec} />
        ))}
      </ul>
      {deny.length > 0 && <p className="faint">The configuration denies: {deny.join(', ')}.</p>}
    </section>
  );
}

function Command({ name, spec }: { readonly name: string; readonly spec: CommandSpec }) {
  const page = usePage();
  const [open, setOpen] = useState(false);
  const locks = locksOf(page, name, spec.effect);
  const missing = missingThere(page.allowed, 'command', name);
  const id = `command-${name}`;
  const narrowed = page.detail.limits[name] !== undefined;
  return (
    <li className="command" data-command-name={name}>
      <h3>
        <button type="button" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
          <span className="chevron" aria-hidden="true">
            {open ? '▾' : '▸'}
          </span>
          <span className="what">
            <DeviceText>{spec.summary}</DeviceText>
            <code>{name}</code>
          </span>
          {locks.length > 0 && <span className="tag warn">locked</span>}
          {missing !== undefined && <span className="tag">not allowed</span>}
          {narrowed && <span className="tag">limited</span>}
        </button>
      </h3>
      <div id={id} hidden={!open}>
        {open && (
          <>
            <p className="faint">
              {about(spec)}
              {narrowed && ' The configuration narrows what it takes.'}
            </p>
            <CommandForm
              device={page.id}
              target={{ kind: 'command', name }}
              schema={spec.params}
              label={name}
              examples={(spec.examples ?? []).map(({ params }) => params)}
              simulated={page.detail.simulated}
              locks={locks}
              missing={missing}
              abortable={spec.abortable === true}
              onReadBack={() => void page.readBack()}
            />
          </>
        )}
      </div>
    </li>
  );
}
