import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { operatorEnvironment } from '../setup/embedded-cloud.ts';
import { shop } from '../setup/end-to-end.ts';

// Needs the embedded cloud's credentials, which are anybody's.

const script = join(__dirname, '../../bin/make-admin.ts');

/** What `npm run make-admin -- <args>` does; rejects with what it printed. */
function makeAdmin(args: string[], password: string): Promise<{ stdout: string; stderr: string }> {
  const env = { ...process.env, ...operatorEnvironment(), BAZAAR_ADMIN_PASSWORD: password };
  return promisify(execFile)(process.execPath, [script, ...args], { env });
}

describe('the command make-admin', () => {
  test('makes an administrator, and does not print the password', async () => {
    const username = `u${randomUUID()}`;
    const password = randomUUID();

    const { stdout, stderr } = await makeAdmin(
      ['--username', username, '--email', `${username}@example.com`],
      password,
    );

    const admin = await shop.logIn(username, password);
    expect((await shop.call(`GET /api/v1/users/${admin.user_id}`, admin)).body.role).toBe('admin');
    expect(stdout).toContain(`${username} is an administrator of the stage dev`);
    expect(stdout + stderr).not.toContain(password);
  });

  test('makes an administrator of a customer', async () => {
    const jane = await shop.aCustomer();
    const { username, email } = (await shop.call(`GET /api/v1/users/${jane.user_id}`, jane)).body;
    const password = randomUUID();

    await makeAdmin(['--stage', 'dev', '--username', username, '--email', email], password);

    expect((await shop.logIn(username, password)).user_id).toBe(jane.user_id);
    expect((await shop.call(`GET /api/v1/users/${jane.user_id}`, jane)).body.role).toBe('admin');
  });

  test.each([
    [
      'an unknown stage',
      ['--stage', 'nowhere', '--username', 'someone', '--email', 'a@example.com'],
      'no stage nowhere',
    ],
    ['no name', ['--email', 'a@example.com'], 'Usage'],
    ['a bad address', ['--username', 'someone', '--email', 'nobody'], 'email'],
  ])('says what is wrong with %s', async (_, args, sentence) => {
    await expect(makeAdmin(args, randomUUID())).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(sentence),
    });
  });
});
