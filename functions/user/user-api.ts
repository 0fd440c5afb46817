import * as z from 'zod/mini';
import type { User } from './user.ts';

const username = z
  .string()
  .check(z.regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{2,49}$/u, 'Three to 50 letters, digits, . _ -'));
const email = z.email().check(z.maxLength(255));
/** As long as the user likes, but not so long that hashing it becomes an attack. */
const password = z.string().check(z.minLength(8), z.maxLength(256));

export const RegisterRequest = z.strictObject({ username, email, password });

export const LoginRequest = z.union([
  z.strictObject({ username: z.string(), password: z.string().check(z.maxLength(256)) }),
  z.strictObject({ email: z.string(), password: z.string().check(z.maxLength(256)) }),
]);

export function userToApi({ user_id, username, email, role, created_at, updated_at }: User) {
  return { user_id, username, email, role, created_at, updated_at };
}
