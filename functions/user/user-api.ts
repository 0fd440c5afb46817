import * as z from 'zod/mini';
import { defineRoute } from '#lib/runtime/http/route.ts';
import { Timestamp } from '#lib/runtime/http/schemas.ts';
import type { User } from './user.ts';
import type { StoredUser } from './user-table.ts';

const username = z
  .string()
  .check(z.regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{2,49}$/u, 'Three to 50 letters, digits, . _ -'));
const email = z.email().check(z.maxLength(255));
/** As long as the user likes, but not so long that hashing it becomes an attack. */
const password = z.string().check(z.minLength(8), z.maxLength(256));

export const RegisterRequest = z.strictObject({ username, email, password });

const UpdateRequest = z
  .strictObject({ username: z.optional(username), email: z.optional(email), password: z.optional(password) })
  .check(z.refine((changes) => Object.keys(changes).length > 0, 'Name what to change: username, email or password'))
  .register(z.globalRegistry, { minProperties: 1 });

const passwordToCheck = z.string().check(z.maxLength(256));
const LoginRequest = z.union([
  z.strictObject({ username: z.string().check(z.maxLength(255)), password: passwordToCheck }),
  z.strictObject({ email: z.string().check(z.maxLength(255)), password: passwordToCheck }),
]);

/**
 * Hashing a password takes a tenth of a second of processor on purpose: of that, nobody gets more than two at a time. A
 * whole company may come from one address; who guesses one password after the other is locked out long before.
 */
const PASSWORD_RATE = { perMinute: 1_200 };

/** A change may be one of the password: as often as anybody needs, not as often as it takes to keep us busy. */
const CHANGE_RATE = { perMinute: 60 };

const user = {
  user_id: z.string(),
  username: z.string(),
  email: z.string(),
  role: z.enum(['customer', 'admin']),
  created_at: Timestamp,
  updated_at: Timestamp,
};

/** What `include=orders` adds: the orders as the order service shows them, or none and why. */
const included = {
  orders: z.optional(z.array(z.looseObject({ order_id: z.string() }))),
  orders_unavailable: z.optional(z.literal(true)),
  timeout: z.optional(z.literal(true)),
};

export const RegisterUser = defineRoute({
  operation: 'registerUser',
  route: 'POST /api/v1/users',
  summary: 'Register as a customer.',
  auth: 'public',
  rateLimit: PASSWORD_RATE,
  body: RegisterRequest,
  answers: { 201: z.strictObject(user) },
  headers: ['Location', 'ETag'],
  problems: { 409: ['USERNAME_TAKEN', 'EMAIL_TAKEN'], 503: ['BUSY'] },
});

export const LogIn = defineRoute({
  operation: 'logIn',
  route: 'POST /api/v1/auth/login',
  summary: 'Exchange a username or e-mail address and a password for an access token.',
  auth: 'public',
  rateLimit: PASSWORD_RATE,
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
  summary: "Read an account: one's own, or any as an administrator; with its newest orders if asked to include them.",
  auth: 'user',
  query: z.strictObject({ include: z.optional(z.literal('orders')) }),
  answers: { 200: z.strictObject({ ...user, ...included }) },
  headers: ['ETag'],
  problems: { 404: ['NOT_FOUND'] },
});

export const UpdateUser = defineRoute({
  operation: 'updateUser',
  route: 'PUT /api/v1/users/{user_id}',
  summary: 'Change name, address or password. If-Match guards against overwriting a newer version.',
  auth: 'user',
  rateLimit: CHANGE_RATE,
  body: UpdateRequest,
  answers: { 200: z.strictObject(user) },
  headers: ['ETag'],
  problems: {
    404: ['NOT_FOUND'],
    409: ['USERNAME_TAKEN', 'EMAIL_TAKEN'],
    412: ['PRECONDITION_FAILED'],
    503: ['BUSY'],
  },
});

export const DeleteUser = defineRoute({
  operation: 'deleteUser',
  route: 'DELETE /api/v1/users/{user_id}',
  summary: 'Delete an account. Its data is erased in every service; its orders are kept without personal data.',
  auth: 'user',
  answers: { 204: null },
  problems: { 404: ['NOT_FOUND'], 503: ['BUSY'] },
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

/** Names the version of the account; it is the same with and without its orders. */
export function etag({ version }: StoredUser): string {
  return `"${version}"`;
}
