import { AppError } from '#lib/runtime/errors.ts';

/** What is wrong with it is not told: that would help only those who try. */
export class InvalidSignature extends AppError {
  constructor(options: { cause?: unknown } = {}) {
    super('INVALID_SIGNATURE', 400, 'The request has no valid signature of the provider.', options);
  }
}
