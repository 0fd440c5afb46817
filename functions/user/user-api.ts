import * as z from 'zod/mini';
import { defineRoute } from '#lib/runtime/http/route.ts';
import { Timestamp } from '#lib/runtime/http/schemas.ts';
import type { User } from './user.ts';

const username = z
  .string()
  .check(z.regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{2,49}$/u, 'Three to 50 letters, digits, . _ -'));
const email = z.email().check(z.maxLength(255));
/** As long as the user likes, but not so long that hashing it becomes an attack. */
const password = z.string().check(z.minLength(8), z.maxLength(256));

export const RegisterRequest = z.strictObject({ username, email, password });

const passwordToCheck = z.string().check(z.maxLength(256));
const LoginRequest = z.union([
  z.strictObject({ username: z.string().check(z.maxLength(255)), password: passwordToCheck }),
  z.strictObject({ email: z.string().check(z.maxLength(255)), password: passwordToCheck }),
]);

const user = {
  user_id: z.string(),
  username: z.string(),
  email: z.string(),
  role: z.enum(['customer', 'admin']),
  created_at: Timestamp,
  updated_at: Timestamp,
};

export const RegisterUser = defineRoute({
  operation: 'registerUser',
  route: 'POST /api/v1/users',
  summary: 'Register as a customer.',
  auth: 'public',
  body: RegisterRequest,
  answers: { 201: z.strictObject(user) },
  headers: ['Location'],
  problems: { 409: ['USERNAME_TAKEN', 'EMAIL_TAKEN'] },
});

export const LogIn = defineRoute({
  operation: 'logIn',
  route: 'POST /api/v1/auth/login',
  summary: 'Exchange a username or e-mail address and a password for an access token.',
  auth: 'public',
  body: LoginRequest,
  answers: {
    200: z.strictObject({
      access_token: z.string(),
      token_type: z.literal('Bearer'),
      expires_in: z.int(),
      user_id: z.string(),
    }),
  },
  problems: { 401: ['INVALID_CREDENTIALS'], 429: ['TOO_MANY_REQUESTS'] },
});

export const GetUser = defineRoute({
  operation: 'getUser',
  route: 'GET /api/v1/users/{user_id}',
  summary: "Read an account: one's own, or any as an administrator.",
  auth: 'user',
  answers: { 200: z.strictObject(user) },
  problems: { 404: ['NOT_FOUND'] },
});

export const GetJwks = defineRoute({
  operation: 'getJwks',
  route: 'GET /.well-known/jwks.json',
  summary: 'The public keys that access tokens are checked with (RFC 7517).',
  auth: 'public',
  answers: { 200: z.strictObject({ keys: z.array(z.record(z.string(), z.string())) }) },
});

export const GetOpenidConfiguration = defineRoute({
  operation: 'getOpenidConfiguration',
  route: 'GET /.well-known/openid-configuration',
  summary: 'Where the keys are and how tokens are signed (OpenID Connect Discovery).',
  auth: 'public',
  answers: { 200: z.looseObject({ issuer: z.string(), jwks_uri: z.string() }) },
});

export function userToApi({ user_id, username, email, role, created_at, updated_at }: User) {
  return { user_id, username, email, role, created_at, updated_at };
}
