import { globSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { AsyncApi } from '#bin/contract/asyncapi.ts';
import { FILES, readDocument, root } from '#bin/contract/documents.ts';
import type { JsonSchema } from '#bin/contract/json-schema.ts';
import type { Json } from '../setup/shop.ts';

export const asyncApi = readDocument<AsyncApi>(FILES.asyncapi);

/** What a consumer reads of an event, as it is in contracts/examples/<consumer>/<event>.json: not more than that. */
export interface Example {
  consumer: string;
  type: string;
  reads: Json;
}

export function allExamples(): Example[] {
  const files = globSync('contracts/examples/*/*.json', { cwd: root }).sort();
  return files.map((file) => ({
    consumer: basename(dirname(file)),
    type: basename(file, '.json'),
    reads: readDocument(file),
  }));
}

/** Validators of whole events (`metadata` and `data`) by type, made from the committed AsyncAPI document. */
export function eventValidators() {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(asyncApi, 'contract');
  const messages = Object.entries(asyncApi.components.messages);
  const validators = messages.map(([name, message]) => {
    return [message.name, ajv.compile({ $ref: `contract#/components/messages/${name}/payload` })] as const;
  });
  return new Map(validators);
}

export interface PromisedPlace {
  /** Such as `data.items.0.price`. */
  place: string;
  promise: 'always' | 'sometimes' | 'none';
}

/** What the contract of an event says of each place that is read. */
export function promised(type: string, reads: Json): PromisedPlace[] {
  const message = Object.values(asyncApi.components.messages).find(({ name }) => name === type);
  return promisedBy(message?.payload ?? {}, reads, '');
}

function promisedBy(schema: JsonSchema, reads: Json, at: string): PromisedPlace[] {
  const { properties = {}, required = [], items = {} } = resolved(schema);
  if (Array.isArray(reads)) return promisedBy(items, reads[0], `${at}.0`);
  if (kindOf(reads) !== 'object') return [];
  return Object.entries(reads).flatMap(([name, value]) => {
    const place = at ? `${at}.${name}` : name;
    const part = properties[name];
    if (!part) return [{ place, promise: 'none' as const }];
    const promise = required.includes(name) ? ('always' as const) : ('sometimes' as const);
    return [{ place, promise }, ...promisedBy(part, value, place)];
  });
}

function resolved(schema: JsonSchema): JsonSchema {
  const name = schema.$ref?.split('/').at(-1);
  const { allOf = [], ...target } = (name && asyncApi.components.schemas[name]) || schema;
  const parts = [...allOf.map(resolved), target];
  return {
    ...target,
    properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
    required: parts.flatMap(({ required = [] }) => required),
  };
}

/**
 * The places of the example, such as `data.items.0.price`, that the event does not have, or has as another kind of
 * thing. In a list, every member has to look like the first of the example.
 */
export function missingFrom(event: Json, reads: Json, place = ''): string[] {
  if (kindOf(event) !== kindOf(reads)) return [`${place}: ${kindOf(event)} instead of ${kindOf(reads)}`];
  if (Array.isArray(reads)) {
    return event.flatMap((member: Json, index: number) => missingFrom(member, reads[0], `${place}.${index}`));
  }
  if (kindOf(reads) !== 'object') return [];
  return Object.entries(reads).flatMap(([name, value]) =>
    missingFrom(event[name], value, place ? `${place}.${name}` : name),
  );
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}
