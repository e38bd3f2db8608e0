import { type RJSFValidationError, toErrorSchema, type ValidatorType } from '@rjsf/utils';
import { check, isValid } from './check.ts';
import { hasNotJson } from './not-json.ts';
import type { Schema } from './schema.ts';

/**
 * What the form library asks: it draws from `present(whole)`, and what is entered is held against the whole schema. The
 * library's own validator compiles schemas to code, which the page's policy forbids (docs/decisions/0018-forms-for-commands.md).
 */
export function validatorFor(whole: Schema): ValidatorType {
  return {
    validateFormData: (formData) => {
      const errors = errorsOf(whole, formData);
      return { errors, errorSchema: toErrorSchema(errors) };
    },
    isValid: (schema, formData) => isValid(schema, entered(formData)),
    rawValidation: (schema, formData) => ({ errors: check(schema, entered(formData)) as never[] }),
  };
}

function errorsOf(whole: Schema, formData: unknown): RJSFValidationError[] {
  const value = entered(formData);
  if (value === undefined) return [{ property: '', message: 'This is required.', stack: 'required' }];
  if (hasNotJson(value)) return [{ property: '', message: 'A field has something that is not JSON.', stack: 'json' }];
  return check(whole, value).map(({ path, message }) => ({ property: propertyOf(path), message, stack: message }));
}

/** Keys as the library reads them back, whatever stands in them. */
function propertyOf(path: readonly string[]): string {
  return path.map((key) => (/^[a-z_]\w*$/i.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`)).join('');
}

/** As it will be sent: what is undefined is not there. */
export function entered(formData: unknown): unknown {
  return formData === undefined ? undefined : (JSON.parse(JSON.stringify(formData)) as unknown);
}
