import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import * as fixtures from './fixtures.ts';

// The package has no types.
const validate: (definition: unknown) => { errors: unknown[] } = createRequire(`${import.meta.dirname}/`)(
  'asl-validator',
);

describe('the definitions of these tests', () => {
  const definitions = Object.entries(fixtures).filter(([, value]) => 'StartAt' in value);

  test.each(definitions)('%s is valid in the eyes of asl-validator', (_name, definition) => {
    // The validator writes into the definition that it is given.
    const { errors } = validate(structuredClone({ QueryLanguage: 'JSONata', ...definition }));

    expect(errors).toEqual([]);
  });
});
