import { useId, useState } from 'react';
import { useAsked } from '../../../asking/useAsked.ts';
import { Trouble } from '../../../asking/Trouble.tsx';
import { Button } from '../../../permission/Button.tsx';
import { useDenied } from '../../../permission/Permit.tsx';
import { SchemaForm } from '../../device/form/SchemaForm.tsx';
import type { Fault } from '../views.ts';
import { faultsSchema } from './faults-schema.ts';
import { faultOf, type Kind, kindsIn } from './kinds.ts';

interface Props {
  readonly id: string;
  /** Resolves with whether it was taken. */
  readonly add: (fault: Fault) => Promise<boolean>;
}

/** A form that makes one fault, from what the simulator says that it knows: to whoever may make one. */
export function FaultForm(props: Props) {
  if (useDenied() === undefined) return <AnyFault {...props} />;
  return <Button type="button">Add a fault</Button>;
}

function AnyFault({ id, add }: Props) {
  const { answer, error } = useAsked(id, async (signal) => kindsIn(await faultsSchema(id, signal)));
  const [name, setName] = useState<string | undefined>();
  const select = useId();
  const kind = answer?.find((each) => each.name === name) ?? answer?.[0];
  return (
    <div className="fault-form">
      <Trouble error={error} />
      <div className="field">
        <label htmlFor={select}>Add a fault</label>
        <select id={select} value={kind?.name ?? ''} onChange={(event) => setName(event.currentTarget.value)}>
          {answer?.map((each) => (
            <option key={each.name} value={each.name}>
              {each.name}
            </option>
          ))}
        </select>
      </div>
      {kind !== undefined && <OfKind key={kind.name} kind={kind} add={add} />}
    </div>
  );
}

function OfKind({ kind, add }: { readonly kind: Kind; readonly add: Props['add'] }) {
  const [value, setValue] = useState<unknown>({});
  return (
    <>
      <p className="quiet">{kind.description}</p>
      <SchemaForm
        schema={kind.form}
        label={kind.name}
        value={value}
        onChange={setValue}
        onSubmit={(entered) => void add(faultOf(kind.name, entered))}
      >
        <Button type="submit" className="main">
          Add
        </Button>
      </SchemaForm>
    </>
  );
}
