import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { type FieldError, ValidationFailed } from './errors.ts';

z.config(en());

/** Of a request that is wrong in ten thousand places nobody wants to hear of each: its answer would be larger than it. */
const MOST_ERRORS = 20;
const LONGEST_FIELD = 200;

/**
 * Checks untrusted input. Throws {@link ValidationFailed} with one entry per field, for the first {@link MOST_ERRORS};
 * never echoes the value.
 */
export function validated<Schema extends z.ZodMiniType>(schema: Schema, input: unknown): z.infer<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new ValidationFailed(result.error.issues.slice(0, MOST_ERRORS).flatMap(fieldErrors).slice(0, MOST_ERRORS));
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.slice(0, MOST_ERRORS);
    return keys.map((key) => ({ field: fieldName([...issue.path, key]), message: 'This field is not known' }));
  }
  return [{ field: fieldName(issue.path), message: issue.message }];
}

function fieldName(path: PropertyKey[]): string {
  return path.join('.').slice(0, LONGEST_FIELD);
}
