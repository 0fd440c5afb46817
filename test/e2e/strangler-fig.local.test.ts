import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { linesPattern, Shell, stepsOf } from '../setup/documented-commands.ts';
import { shop } from '../setup/end-to-end.ts';

// The monolith runs on this machine: local only.

const root = join(__dirname, '../..');
const steps = stepsOf(readFileSync(join(root, 'docs/strangler-fig.md'), 'utf8'));

let shell: Shell;

beforeAll(async () => {
  const { token } = await shop.admin();
  const MONOLITH_PORT = String(await aFreePort());
  shell = new Shell(root, { ...process.env, API: shop.apiUrl, TOKEN: token, MONOLITH_PORT });
});

afterAll(() => shell.end());

function aFreePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

describe('docs/strangler-fig.md', () => {
  test('can be played as it stands: a path is moved from the monolith, and back', async () => {
    expect(steps.length).toBeGreaterThan(8);
    for (const { commands, printed } of steps) {
      const lines = await shell.run(commands);
      if (printed !== undefined) expect(lines.join('\n')).toMatch(linesPattern(printed));
    }
  });
});
