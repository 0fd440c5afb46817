import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import type { AsyncApi } from '#bin/contract/asyncapi.ts';
import { breakingChanges } from '#bin/contract/compatibility.ts';
import { currentAsyncApi, currentOpenApi, FILES, fileText, readDocument, root } from '#bin/contract/documents.ts';
import type { OpenApi } from '#bin/contract/openapi-document.ts';
import { deployedRoutes } from '#bin/contract/templates.ts';
import { allOperations } from './operations.ts';

const committed = (file: string) => readFileSync(join(root, file), 'utf8');

/** Compares texts without printing thousands of lines. */
function mustBeCommitted(file: string, document: object): void {
  const isSame = committed(file) === fileText(document);
  if (!isSame) throw new Error(`${file} is not what the schemas say: run \`npm run contract\` and commit it.`);
}

describe('the contract of the routes', () => {
  test('is a valid OpenAPI 3.1 document', () => {
    const validator = join(root, 'node_modules/@seriousme/openapi-schema-validator/bin/validate-api-cli.js');

    expect(
      JSON.parse(execFileSync(process.execPath, [validator, FILES.openapi], { cwd: root, encoding: 'utf8' })),
    ).toEqual({ valid: true });
  });

  test('is committed', async () => mustBeCommitted(FILES.openapi, await currentOpenApi()));

  test('has every route that is deployed, and no other', () => {
    const described = allOperations().map(({ method, path }) => `${method} ${path}`);

    expect(deployedRoutes().sort()).toEqual(described.sort());
  });

  test('keeps what the last release promised', async () => {
    expect(breakingChanges(readDocument<OpenApi>(FILES.releasedOpenapi), await currentOpenApi())).toEqual([]);
  });

  test('names each operation once', async () => {
    const { paths } = await currentOpenApi();
    const names = Object.values(paths).flatMap(({ parameters: _, ...item }) =>
      Object.values(item).map(({ operationId }) => operationId),
    );

    expect(names).toEqual([...new Set(names)]);
  });
});

describe('the contract of the events', () => {
  test('is a valid AsyncAPI 3.0 document', async () => {
    const validate = new Ajv({ strict: false, validateFormats: false, meta: false, validateSchema: false }).compile(
      readDocument('node_modules/@asyncapi/specs/schemas/3.0.0.json'),
    );
    const valid = validate(await currentAsyncApi());

    expect(validate.errors).toBeNull();
    expect(valid).toBe(true);
  });

  test('is committed', async () => mustBeCommitted(FILES.asyncapi, await currentAsyncApi()));

  test('keeps what the last release promised', async () => {
    expect(breakingChanges(readDocument<AsyncApi>(FILES.releasedAsyncapi), await currentAsyncApi())).toEqual([]);
  });

  test('says of each event what it means', async () => {
    const { messages } = (await currentAsyncApi()).components;
    const silent = Object.entries(messages).filter(([, { summary }]) => !summary);

    expect(silent).toEqual([]);
  });
});
