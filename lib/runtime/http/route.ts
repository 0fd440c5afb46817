import type * as z from 'zod/mini';

/** Schemas of the answers by status; `null` for one without a body. */
export type Answers = Record<number, z.ZodMiniType | null>;

/** Headers that an answer may promise beside those of every answer. */
export type AnswerHeader = 'ETag' | 'Location';

/** `1` is deprecated where there is a `2`: money as decimals. `2`: money in minor units with its currency. */
export type ApiVersion = 1 | 2;

/**
 * The contract of one route: what its handler checks, what clients are told (OpenAPI), and what tests compare every
 * answer with. Defined once, beside the handlers of its service.
 */
export interface RouteContract<
  Body extends z.ZodMiniType = z.ZodMiniType,
  Query extends z.ZodMiniType = z.ZodMiniType,
> {
  /** Unique among all services: the `operationId`. */
  operation: string;
  /** Method and path as API Gateway knows them: `GET /api/v1/orders/{order_id}`. */
  route: string;
  summary: string;
  /** Asked by machines again and again: its answers say nothing of what customers meet, and count for no service level. */
  probe?: true;
  /** `user`: any valid token. `admin`: a token with the role admin. `public`: none. */
  auth: 'public' | 'user' | 'admin';
  /**
   * Whether services may call it too, signed, under `/internal/v1`. `for a user`: with the token of a user, who may do
   * no more than otherwise. `for themselves`: with nothing but the signature.
   */
  internal?: 'for a user' | 'for themselves';
  /** Schema of the JSON body; without one a body is ignored. */
  body?: Body;
  /** Instead of `body`, for one whose very bytes are signed: the handler gets them unread. The schema is for the documents. */
  rawBody?: z.ZodMiniType;
  /** Schema of the query string; without one it is ignored. */
  query?: Query;
  idempotencyKey?: 'required' | 'optional';
  /** How many requests each user, or each address, may send; its handler is `rateLimited`. */
  rateLimit?: { perMinute: number };
  answers: Answers;
  /** Media type of the answers, where it is not JSON. */
  mediaType?: 'text/html';
  /** Headers of every answer that is no problem. */
  headers?: AnswerHeader[];
  /** Codes of the problems that are its own, beside those of every route: `{ 409: ['CART_EMPTY'] }`. 412: If-Match counts. */
  problems?: Record<number, string[]>;
  /** How version 2 differs; then the route is served under `/api/v2` too, and by `Accept`. */
  v2?: { body?: z.ZodMiniType<z.infer<Body>>; answers: Answers };
}

/** Only for its types: `defineRoute({ ... })` is the contract that it is given. */
export function defineRoute<Body extends z.ZodMiniType, Query extends z.ZodMiniType>(
  contract: RouteContract<Body, Query>,
): RouteContract<Body, Query> {
  return contract;
}

export const V2_MEDIA_TYPE = 'application/vnd.api.v2+json';

/** The version that a request asks for, by its path or by its `Accept` header. */
export function versionOf(contract: RouteContract, path: string, accept = ''): ApiVersion {
  const wantsV2 = path.startsWith('/api/v2/') || accept.includes(V2_MEDIA_TYPE);
  return contract.v2 && wantsV2 ? 2 : 1;
}
