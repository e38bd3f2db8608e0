import { type FormEvent, useId, useRef, useState } from 'react';
import { Button } from '../../../permission/Button.tsx';
import { Permit } from '../../../permission/Permit.tsx';
import { SimulatedBadge } from '../../../widgets/SimulatedBadge.tsx';
import { SchemaForm } from '../form/SchemaForm.tsx';
import type { Schema } from '../form/schema.ts';
import type { Target } from '../data/paths.ts';
import { cut } from '../../../widgets/format.ts';
import { DeviceText } from '../DeviceText.tsx';
import { DryRun } from './DryRun.tsx';
import { Examples } from './Examples.tsx';
import { Follow } from './Follow.tsx';
import { useDryRun } from './useDryRun.ts';
import { useSubmission } from './useSubmission.ts';

interface Props {
  readonly device: string;
  readonly target: Target;
  readonly schema: Schema;
  /** What stands in the first field that has no title. */
  readonly label: string;
  readonly start?: unknown;
  readonly examples?: readonly unknown[];
  readonly simulated: boolean;
  /** Why it cannot be sent now; a dry run can be had all the same. */
  readonly locks: readonly string[];
  /** The scope that whoever looks lacks for it: then it may not even be asked what would leave. */
  readonly missing: string | undefined;
  readonly abortable: boolean;
  readonly onReadBack: () => void;
}

/** Everything about sending one thing: what goes with it, trying it without sending, and what came of it. */
export function CommandForm(props: Props) {
  const {
    device,
    target,
    schema,
    label,
    start,
    examples = [],
    simulated,
    locks,
    missing,
    abortable,
    onReadBack,
  } = props;
  const [value, setValue] = useState<unknown>(start);
  const [invalid, setInvalid] = useState(false);
  /** Since it was sent. */
  const [edited, setEdited] = useState(false);
  const sending = useSubmission(device, target);
  const dryRun = useDryRun(device, target);
  const double = useRef(false);
  const submit = (params: unknown, event: FormEvent): void => {
    setInvalid(false);
    if (submitterOf(event) === 'try') {
      void dryRun.ask(params);
      return;
    }
    dryRun.forget();
    if (locks.length > 0 || double.current) return;
    setEdited(false);
    sending.send(params);
  };
  const { phase } = sending.submission;
  const change = (next: unknown): void => {
    setValue(next);
    setInvalid(false);
    setEdited(JSON.stringify(next) !== sending.sent);
    // It was of what stood here before.
    dryRun.forget();
  };
  return (
    <div className="command-form">
      <Examples examples={examples} onChoose={change} />
      <SchemaForm
        schema={schema}
        label={label}
        value={value}
        onChange={change}
        onSubmit={submit}
        onInvalid={() => setInvalid(true)}
      >
        <Actions
          locks={locks}
          missing={missing}
          simulated={simulated}
          isBusy={phase === 'asking'}
          isInvalid={invalid}
          onPress={(clicks) => (double.current = clicks > 1)}
        />
      </SchemaForm>
      <div role="status" className="told">
        {dryRun.state !== undefined && <DryRunTold state={dryRun.state} />}
        {phase !== 'none' && edited && <Before sent={sending.sent} />}
        <Follow sending={sending} abortable={abortable} onReadBack={onReadBack} />
      </div>
    </div>
  );
}

type ActionsProps = Pick<Props, 'locks' | 'missing' | 'simulated'> & {
  readonly isBusy: boolean;
  readonly isInvalid: boolean;
  /** How many clicks it is in a row: two are one, and a slip. */
  readonly onPress: (clicks: number) => void;
};

function Actions({ locks, missing, simulated, isBusy, isInvalid, onPress }: ActionsProps) {
  const lockId = useId();
  return (
    <>
      {locks.length > 0 && (
        <ul className="locks" id={lockId}>
          {locks.map((lock) => (
            <li key={lock}>{lock}</li>
          ))}
        </ul>
      )}
      <div className="actions">
        <Permit missing={missing}>
          <Button
            type="submit"
            value="send"
            className="primary"
            disabled={isBusy}
            lockedBy={locks.length > 0 ? lockId : undefined}
            onClick={({ detail }) => onPress(detail)}
          >
            {simulated ? 'Send to the simulator' : 'Send'}
          </Button>
          <SimulatedBadge simulated={simulated} />
          <Button type="submit" value="try" className="quiet">
            Try without sending
          </Button>
        </Permit>
        {isInvalid && <span className="wrong">Nothing was sent: mend what is marked above.</span>}
      </div>
    </>
  );
}

/** The form has something else in it by now, which has not been sent. */
function Before({ sent = '' }: { readonly sent?: string | undefined }) {
  return (
    <p className="faint">
      Of what was sent before: <DeviceText>{cut(sent, 200)}</DeviceText>
    </p>
  );
}

function DryRunTold({ state }: { readonly state: NonNullable<ReturnType<typeof useDryRun>['state']> }) {
  if ('run' in state) return <DryRun run={state.run} />;
  return <p>{'error' in state ? `Nothing was sent. ${state.error}` : 'Asking what would leave …'}</p>;
}

/** A form that is submitted with Enter is sent, as by its first button. */
function submitterOf({ nativeEvent }: FormEvent): string {
  const submitter = nativeEvent instanceof SubmitEvent ? nativeEvent.submitter : null;
  return submitter?.getAttribute('value') ?? 'send';
}
