import { useId, useState } from 'react';
import { Trouble } from '../../asking/Trouble.tsx';
import { besides, errorsAt } from '../../asking/reason.ts';
import { useAct } from '../../asking/useAct.ts';
import { useAsked } from '../../asking/useAsked.ts';
import type { ModelView } from '../../../client/index.ts';
import { lab, useDeviceViews } from '../../live/index.ts';
import { Button } from '../../permission/Button.tsx';
import { missingAnywhere } from '../../permission/missing.ts';
import { Permit } from '../../permission/Permit.tsx';
import { useMe } from '../../permission/useMe.ts';
import { IdField, LabelsField, TextField } from './fields.tsx';
import { labelsIn } from './labels.ts';
import { Options } from './Options.tsx';

/** For what does not announce itself: a driver, a connection of the configuration, and what the driver wants to know. */
export function AddDevice() {
  const [isOpen, setOpen] = useState(false);
  const missing = missingAnywhere(useMe()?.scopes, 'configure');
  return (
    <section className="panel" aria-label="Add a device by hand">
      <h2>By hand</h2>
      <p className="quiet">For what does not announce itself, on a connection that is in the configuration.</p>
      <Permit missing={missing}>
        {isOpen ? (
          <Add done={() => setOpen(false)} />
        ) : (
          <Button type="button" onClick={() => setOpen(true)}>
            Add a device
          </Button>
        )}
      </Permit>
    </section>
  );
}

function Add({ done }: { readonly done: () => void }) {
  const { act, isBusy, error } = useAct();
  const { answer: models, error: withoutModels } = useAsked('models', async (signal) => {
    return (await lab.http.request<{ items: readonly ModelView[] }>('GET', '/v1/models', { signal })).body.items;
  });
  const [wasTried, setTried] = useState(false);
  const [driver, setDriver] = useState('');
  const [entered, setEntered] = useState({ id: '', connection: '', labels: '' });
  const set = (name: keyof typeof entered) => (value: string) => setEntered((before) => ({ ...before, [name]: value }));
  const connections = [...new Set(useDeviceViews().flatMap(({ connection }) => connection ?? []))].sort();
  const model = models?.find(({ name }) => name === driver);
  const lacks = {
    id: entered.id === '' ? 'It needs an id.' : undefined,
    connection:
      entered.connection === '' && model?.transports.includes('none') === false
        ? `It needs a connection: ${model.transports.join(', ')}.`
        : undefined,
  };
  const add = async (options: unknown): Promise<void> => {
    const { id, connection, labels } = entered;
    setTried(true);
    if (lacks.id !== undefined || lacks.connection !== undefined) return;
    const added = await act(async () => {
      const body = { id, driver, options, labels: labelsIn(labels), ...(connection === '' ? {} : { connection }) };
      await lab.http.request('POST', '/v1/devices', { body });
    });
    if (!added) return;
    location.hash = `#/devices/${encodeURIComponent(id)}`;
    done();
  };
  const buttons = (
    <div className="row">
      <Button type="submit" className="main" disabled={isBusy || driver === ''}>
        Add
      </Button>
      <button type="button" onClick={done}>
        Cancel
      </button>
    </div>
  );
  return (
    <div className="adopt">
      <Trouble error={withoutModels} />
      <Drivers models={models} value={driver} onChange={setDriver} />
      <IdField
        value={entered.id}
        onChange={set('id')}
        error={(wasTried ? lacks.id : undefined) ?? errorsAt(error, '/id')}
        hint="It goes by this from now on."
      />
      <TextField
        label="Connection"
        hint="A connection of the configuration; none for a driver that needs none."
        known={connections}
        value={entered.connection}
        onChange={set('connection')}
        error={(wasTried ? lacks.connection : undefined) ?? errorsAt(error, '/connection')}
      />
      <LabelsField value={entered.labels} onChange={set('labels')} error={errorsAt(error, '/labels')} />
      {driver === '' ? (
        buttons
      ) : (
        <Options key={driver} driver={driver} known={[]} onSubmit={(options) => void add(options)}>
          <Trouble error={besides(error, ['/id', '/connection', '/labels'])} />
          {buttons}
        </Options>
      )}
    </div>
  );
}

interface DriversProps {
  readonly models: readonly ModelView[] | undefined;
  readonly value: string;
  readonly onChange: (driver: string) => void;
}

function Drivers({ models, value, onChange }: DriversProps) {
  const id = useId();
  const chosen = models?.find(({ name }) => name === value);
  return (
    <div className="field">
      <label htmlFor={id}>Driver</label>
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">Choose one</option>
        {models?.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <small>{chosen === undefined ? '' : `${chosen.summary}. Connections: ${chosen.transports.join(', ')}.`}</small>
    </div>
  );
}
