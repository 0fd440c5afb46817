import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type * as loginFailures from '#functions/user/login-failures-table.ts';
import { register } from '#functions/user/user.ts';
import type * as users from '#functions/user/user-table.ts';
import { operatorEnvironment, parameter, variablesOf } from '../setup/embedded-cloud.ts';

// Runs the code of the tables in this process, on the table of the embedded cloud: the time is an argument here, and
// hundreds of writes at once cost no hashing.

let failures: typeof loginFailures;
let table: typeof users;

beforeAll(async () => {
  Object.assign(process.env, operatorEnvironment());
  const { TABLE_NAME } = await variablesOf(await parameter('user', 'make-admin-function'));
  Object.assign(process.env, { TABLE_NAME });
  failures = await import('#functions/user/login-failures-table.ts');
  table = await import('#functions/user/user-table.ts');
});

/** Tomorrow: what has expired by the time of the shop may be gone at any moment. */
const START = Date.now() + 24 * 60 * 60_000;
const at = (seconds: number) => new Date(START + seconds * 1000);

async function fail(login: string, times: number, now: Date): Promise<void> {
  for (let n = 0; n < times; n++) await failures.countLoginFailure(login, now);
}

describe('failed logins', () => {
  test('lock the name after five, for five minutes', async () => {
    const login = randomUUID();
    await fail(login, 4, at(0));
    await failures.mustNotBeLocked(login, at(0));
    await fail(login, 1, at(10));

    await expect(failures.mustNotBeLocked(login, at(10))).rejects.toMatchObject({ status: 429 });
    await expect(failures.mustNotBeLocked(login, at(309))).rejects.toMatchObject({
      headers: { 'retry-after': '1' },
    });
    await failures.mustNotBeLocked(login, at(310));
  });

  test('count anew when the lock is over', async () => {
    const login = randomUUID();
    await fail(login, 5, at(0));

    await fail(login, 4, at(300));

    await failures.mustNotBeLocked(login, at(300));
  });

  test('that are old do not count', async () => {
    const login = randomUUID();
    await fail(login, 4, at(0));
    await fail(login, 4, at(301));

    await failures.mustNotBeLocked(login, at(301));
  });

  test('are all counted when they come at once, also into an old window', async () => {
    const login = randomUUID();
    await fail(login, 1, at(0));
    const burst = Array.from({ length: 30 }, () => failures.countLoginFailure(login, at(400)));

    const counted = (await Promise.allSettled(burst)).filter(({ status }) => status === 'fulfilled');

    expect(counted).toHaveLength(5);
  });

  test('that lock the name while a right password is being checked keep it out', async () => {
    const login = randomUUID();
    await fail(login, 5, at(0));

    await expect(failures.forgetLoginFailures(login, at(1))).rejects.toMatchObject({ status: 429 });
    await failures.forgetLoginFailures(login, at(300));
  });
});

describe('a hundred accounts at once', () => {
  const aUser = (names: { username: string; email: string }) => {
    const command = { ...names, user_id: randomUUID(), password_hash: 'none', role: 'customer' as const };
    const cause = { correlation_id: 'c', causation_id: 'c', traceparent: '' };
    return table.insertUser(register(command, new Date()), cause);
  };

  test.each(['username', 'email'] as const)('with one %s: one is made', async (field) => {
    const shared = `u${randomUUID()}`;
    const inserts = Array.from({ length: 100 }, () =>
      aUser({ username: randomUUID(), email: randomUUID(), [field]: shared }),
    );

    const results = await Promise.allSettled(inserts);

    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const codes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
    expect(new Set(codes)).toEqual(new Set([`${field.toUpperCase()}_TAKEN`]));
  });
});
