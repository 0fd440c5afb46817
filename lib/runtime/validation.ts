import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { type FieldError, ValidationFailed } from './errors.ts';

z.config(en());

/** Checks untrusted input. Throws {@link ValidationFailed} with one entry per field; never echoes the value. */
export function validated<Schema extends z.ZodMiniType>(schema: Schema, input: unknown): z.infer<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new ValidationFailed(result.error.issues.flatMap(fieldErrors));
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: [...issue.path, key].join('.'), message: 'This field is not known' }));
  }
  return [{ field: issue.path.join('.'), message: issue.message }];
}
