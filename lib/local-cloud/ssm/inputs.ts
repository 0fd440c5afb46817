import type { InputShape } from '../core/input-shape.ts';

export const SSM_INPUTS: InputShape = {
  Name: 'string',
  Names: ['string'],
  Path: 'string',
  Recursive: 'boolean',
  WithDecryption: 'boolean',
  Value: 'string',
  Type: 'string',
  Description: 'string',
  Overwrite: 'boolean',
  Filters: [{ Key: 'string', Values: ['string'] }],
  ParameterFilters: [{ Key: 'string', Option: 'string', Values: ['string'] }],
  MaxResults: 'number',
  NextToken: 'string',
};
