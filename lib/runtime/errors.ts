/** One thing that is wrong with the input. `field` is a path such as `items.0.quantity`. */
export interface FieldError {
  field: string;
  message: string;
}

/** An error that the caller can understand: a stable `code`, a sentence that says what to do, an HTTP status. */
export class AppError extends Error {
  readonly code: string;
  readonly status: number;
  readonly fieldErrors: FieldError[];
  readonly headers: Record<string, string>;

  constructor(
    code: string,
    status: number,
    message: string,
    options: { fieldErrors?: FieldError[]; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.status = status;
    this.fieldErrors = options.fieldErrors ?? [];
    this.headers = options.headers ?? {};
  }
}

export class ValidationFailed extends AppError {
  constructor(fieldErrors: FieldError[], options: { message?: string; cause?: unknown } = {}) {
    const { message = 'The request is not valid: see errors.', cause } = options;
    super('VALIDATION_FAILED', 400, message, { fieldErrors, cause });
  }
}

export class IdempotencyKeyMissing extends AppError {
  constructor() {
    super('IDEMPOTENCY_KEY_MISSING', 400, 'Send an Idempotency-Key header, a new one for each new request.');
  }
}

export class IdempotencyKeyReused extends AppError {
  constructor() {
    super(
      'IDEMPOTENCY_KEY_REUSED',
      422,
      'This Idempotency-Key was used for a different request: send a new key, or the same request.',
    );
  }
}

export class Unauthorized extends AppError {
  constructor(
    message = 'Log in at POST /api/v1/auth/login and send the token as "Authorization: Bearer <token>".',
    { cause }: { cause?: unknown } = {},
  ) {
    super('UNAUTHORIZED', 401, message, { headers: { 'www-authenticate': 'Bearer' }, cause });
  }
}

export class Forbidden extends AppError {
  constructor(message = 'Your role does not allow this.') {
    super('FORBIDDEN', 403, message);
  }
}

/** Also answered for what belongs to somebody else: whether it exists is not told. */
export class NotFound extends AppError {
  constructor(what: string) {
    super('NOT_FOUND', 404, `There is no such ${what}.`);
  }
}

export class PayloadTooLarge extends AppError {
  constructor(limitBytes: number) {
    super('PAYLOAD_TOO_LARGE', 413, `The body may have at most ${limitBytes} bytes.`);
  }
}

export class UnsupportedMediaType extends AppError {
  constructor() {
    super('UNSUPPORTED_MEDIA_TYPE', 415, 'Send the body as JSON, with "Content-Type: application/json".');
  }
}

export class PreconditionFailed extends AppError {
  constructor() {
    super('PRECONDITION_FAILED', 412, 'It was changed in the meantime: read it again and repeat with its new ETag.');
  }
}

export class TooManyRequests extends AppError {
  constructor(message: string, retryAfterSeconds: number) {
    super('TOO_MANY_REQUESTS', 429, message, { headers: { 'retry-after': String(retryAfterSeconds) } });
  }
}

/** More requests than the limit allows, by its headers. */
export class RateLimited extends AppError {
  constructor(retryAfterSeconds: number, limitHeaders: Record<string, string>) {
    super('TOO_MANY_REQUESTS', 429, `You have sent too many requests: try again in ${retryAfterSeconds} s.`, {
      headers: { 'retry-after': String(retryAfterSeconds), ...limitHeaders },
    });
  }
}

/** The key that tokens are signed with could not be read. */
export class TokenCheckUnavailable extends AppError {
  constructor(message: string, options: { cause: unknown }) {
    super('TOKEN_CHECK_UNAVAILABLE', 503, message, options);
  }
}

/** Others are changing the same rows at this moment. */
export class Busy extends AppError {
  constructor(message: string, options: { cause: unknown }) {
    super('BUSY', 503, message, { headers: { 'retry-after': '1' }, ...options });
  }
}
