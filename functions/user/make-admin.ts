import { newId } from '#lib/runtime/ids.ts';
import { operatorCall } from '#lib/runtime/operator-call.ts';
import { validated } from '#lib/runtime/validation.ts';
import { note } from '#lib/runtime/work.ts';
import { hashPassword } from './password.ts';
import { register, type User, update } from './user.ts';
import { RegisterRequest } from './user-api.ts';
import { changeUser, findUser, insertUser } from './user-table.ts';

/**
 * Makes an administrator, or makes one of an existing user, who keeps the e-mail address and gets the password. No
 * route leads here: only who may invoke the function by IAM, an operator of the stage, can call it (`npm run make-admin`).
 */
export const handler = operatorCall(async (event, cause): Promise<{ user_id: string }> => {
  const { username, email, password } = validated(RegisterRequest, event);
  const now = new Date();
  const password_hash = await hashPassword(password);
  const known = await findUser({ username });
  note({ existing: known !== undefined });
  if (known) {
    const rule = (user: User) => update(user, { role: 'admin', password_hash }, now);
    await changeUser(known.user_id, rule, { cause, now });
    return { user_id: known.user_id };
  }
  const command = { user_id: newId(), username, email, password_hash, role: 'admin' as const };
  const { user_id } = await insertUser(register(command, now), cause);
  return { user_id };
});
