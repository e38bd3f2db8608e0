import { type ReactNode, useState } from 'react';
import { useAsked } from '../../asking/useAsked.ts';
import type { ModelView } from '../../../client/index.ts';
import { lab } from '../../live/index.ts';
import { SchemaForm } from '../device/form/SchemaForm.tsx';
import { isSchema, propertiesOf, type Schema } from '../device/form/schema.ts';

interface Props {
  readonly driver: string;
  /** Options that are known already, and not asked for. */
  readonly known: readonly string[];
  /** Hears undefined where none were given. */
  readonly onSubmit: (options: unknown) => void;
  /** The buttons. */
  readonly children: ReactNode;
}

/** A form for what a driver wants to know, from the driver's own schema. */
export function Options({ driver, known, onSubmit, children }: Props) {
  const path = `/v1/models/${encodeURIComponent(driver)}`;
  const { answer } = useAsked(
    path,
    async (signal) => (await lab.http.request<ModelView>('GET', path, { signal })).body,
  );
  const [value, setValue] = useState<unknown>({});
  const schema = without(answer?.options ?? {}, known);
  const submit = (entered: unknown): void => {
    onSubmit(isSchema(entered) && Object.keys(entered).length > 0 ? entered : undefined);
  };
  return (
    <SchemaForm schema={schema} label="Options" value={value} onChange={setValue} onSubmit={submit}>
      {children}
    </SchemaForm>
  );
}

function without(schema: Schema, known: readonly string[]): Schema {
  const asked = Object.entries(propertiesOf(schema)).filter(([name]) => !known.includes(name));
  const required = Array.isArray(schema['required'])
    ? schema['required'].filter((name) => !known.includes(String(name)))
    : [];
  return {
    type: 'object',
    title: 'Options',
    properties: Object.fromEntries(asked),
    required,
    additionalProperties: false,
  };
}
