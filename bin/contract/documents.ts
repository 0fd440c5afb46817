import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AsyncApi, asyncApiOf } from './asyncapi.ts';
import { allEvents } from './events.ts';
import { openApiOf } from './openapi.ts';
import type { OpenApi } from './openapi-document.ts';
import { servedRoutes } from './routes.ts';
import { allSubscriptions } from './templates.ts';

export const root = join(import.meta.dirname, '../..');

/** Copies that are committed, and those of the last release. */
export const FILES = {
  openapi: 'contracts/openapi.json',
  asyncapi: 'contracts/asyncapi.json',
  releasedOpenapi: 'contracts/released/openapi.json',
  releasedAsyncapi: 'contracts/released/asyncapi.json',
};

export async function currentOpenApi(): Promise<OpenApi> {
  return openApiOf(await servedRoutes(), version());
}

/** Needs cdk.out/ as of now: who listens is read from the templates. */
export async function currentAsyncApi(): Promise<AsyncApi> {
  return asyncApiOf(await allEvents(), allSubscriptions(), version());
}

function version(): string {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
}

/** A document as its file has it. */
export function fileText(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

export function readDocument<Document>(file: string): Document {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}
