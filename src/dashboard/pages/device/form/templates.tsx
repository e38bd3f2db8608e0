import type {
  ArrayFieldItemTemplateProps,
  ArrayFieldTemplateProps,
  FieldTemplateProps,
  MultiSchemaFieldTemplateProps,
  ObjectFieldTemplateProps,
  OptionalDataControlsTemplateProps,
} from '@rjsf/utils';
import { Described } from './Described.tsx';
import { hintOf } from './hint.ts';
import type { Schema } from './schema.ts';
import { constantsOf } from './schema.ts';
import { errorId, hintId, labelId } from './widgets.tsx';

/** A label, the field, what may be entered, and what is wrong with what was. */
export function Field(props: FieldTemplateProps) {
  const { id, label, children, rawErrors, rawDescription, schema, hidden, required } = props;
  if (hidden === true) return <div hidden>{children}</div>;
  const isGroup = schema.type === 'object' || (schema.type === 'array' && props.displayLabel !== true);
  // What was chosen says all that there is to it.
  if (schema.const === null) return children;
  const isRoot = props.fieldPathId.path.length === 0;
  // The form that is chosen among several tells what is wrong with it.
  const errors = hasForms(schema) ? null : <Errors id={id} errors={rawErrors} whole={isGroup} />;
  if (isGroup) {
    return (
      <div className="field group">
        {children}
        {errors}
      </div>
    );
  }
  const hint = hintOf(schema);
  const said = rawDescription !== undefined && rawDescription !== '' && rawDescription !== label ? rawDescription : '';
  return (
    <div className="field">
      <Label
        id={id}
        text={label}
        name={props.fieldPathId.path.at(-1)}
        schema={schema}
        optional={required !== true && !isRoot}
      />
      {children}
      {errors}
      <p className="hint" id={hintId(id)}>
        <Described text={said} />
        {said !== '' && hint !== '' && ' '}
        {hint !== '' && <span className="limits">{hint}</span>}
      </p>
    </div>
  );
}

function hasForms(schema: Schema): boolean {
  return (schema['anyOf'] ?? schema['oneOf']) !== undefined && constantsOf(schema) === undefined;
}

interface LabelProps {
  readonly id: string;
  readonly text: string;
  readonly name: string | number | undefined;
  readonly schema: Schema;
  readonly optional: boolean;
}

/** Of a row of buttons it is the name; of a field the label that focuses it. */
function Label({ id, text, name, schema, optional }: LabelProps) {
  const more = (
    <>
      <Key name={name} title={text} />
      {optional && <span className="optional"> optional</span>}
    </>
  );
  const many = schema['type'] === 'boolean' || schema['type'] === 'array' || schema['enum'] !== undefined;
  if (many || hasForms(schema) || constantsOf(schema) !== undefined) {
    return (
      <span className="label" id={labelId(id)}>
        {text}
        {more}
      </span>
    );
  }
  return (
    <label className="label" id={labelId(id)} htmlFor={id}>
      {text}
      {more}
    </label>
  );
}

/** What it is called on the wire, where its title does not say so: two fields may have the same title. */
function Key({ name, title }: { readonly name: string | number | undefined; readonly title: string }) {
  if (typeof name !== 'string' || plain(name) === plain(title)) return null;
  return <code className="key"> {name}</code>;
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function Errors({ id, errors, whole }: { id: string; errors: readonly string[] | undefined; whole: boolean }) {
  if (errors === undefined || errors.length === 0) return null;
  return (
    <p className="wrong" id={errorId(id)} {...(whole && { role: 'alert' })}>
      <span aria-hidden="true">⚠ </span>
      {errors.join(' ')}
    </p>
  );
}

export function ObjectFields(props: ObjectFieldTemplateProps) {
  const { title, properties, optionalDataControl, fieldPathId, schema } = props;
  const fields = properties.filter(({ hidden }) => !hidden).map(({ content }) => content);
  if (fieldPathId.path.length === 0) return <div className="fields">{fields}</div>;
  if (schema.anyOf !== undefined && fields.length === 0) return null;
  return (
    <fieldset className="fields nested">
      <legend>
        {title}
        <Key name={fieldPathId.path.at(-1)} title={title} /> {optionalDataControl}
      </legend>
      {fields}
    </fieldset>
  );
}

export function ListFields(props: ArrayFieldTemplateProps) {
  const { title, items, canAdd, onAddClick, disabled, optionalDataControl } = props;
  return (
    <fieldset className="fields nested">
      <legend>
        {title} {optionalDataControl}
      </legend>
      <ol className="items">{items}</ol>
      {canAdd === true && (
        <button type="button" className="quiet" onClick={onAddClick} disabled={disabled ?? false}>
          Add one
        </button>
      )}
    </fieldset>
  );
}

export function ListItem({ children, buttonsProps, index }: ArrayFieldItemTemplateProps) {
  const { hasRemove, onRemoveItem } = buttonsProps;
  return (
    <li>
      {children}
      {hasRemove && (
        <button type="button" className="quiet" onClick={onRemoveItem} aria-label={`Remove number ${index + 1}`}>
          Remove
        </button>
      )}
    </li>
  );
}

export function Alternatives({ selector, optionSchemaField }: MultiSchemaFieldTemplateProps) {
  return (
    <div className="alternatives">
      {selector}
      {optionSchemaField}
    </div>
  );
}

/** What may be left out as a whole is there once it is asked for. */
export function OptionalData({ schema, onAddClick, onRemoveClick }: OptionalDataControlsTemplateProps) {
  const act = onAddClick ?? onRemoveClick;
  if (act === undefined) return null;
  const what = onAddClick === undefined ? 'Leave out' : 'Give';
  return (
    <button type="button" className="quiet" onClick={() => act()} aria-label={`${what} ${schema.title ?? ''}`.trim()}>
      {what}
    </button>
  );
}
