import { Logger } from '@aws-lambda-powertools/logger';
import { requiredEnv } from './config.ts';

/** Structured log of the function, one JSON line an entry. Never log bodies: they may hold personal data. */
export const log = new Logger({ serviceName: requiredEnv('SERVICE_NAME') });
