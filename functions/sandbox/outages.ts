import { AppError } from '#lib/runtime/errors.ts';

/** The request was not taken: nothing was charged. */
export class ProviderUnavailable extends AppError {
  constructor() {
    super('PROVIDER_UNAVAILABLE', 503, 'The provider cannot take requests at the moment: try again.');
  }
}

/** What a gateway says when it has waited for too long: the request goes on behind it, or is done. */
export class AnswerTimeout extends AppError {
  constructor() {
    super('ANSWER_TIMEOUT', 504, 'There was no answer in time: ask what became of the request, under the same key.');
  }
}
