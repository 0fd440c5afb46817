import * as z from 'zod/mini';
import { defineEvent } from './event.ts';

const source = 'registry-service';

const Named = { service_name: z.string(), instance_id: z.string() };
const Status = z.enum(['starting', 'healthy', 'unhealthy', 'stopping']);

/** An instance of a service has said where it is. Whether it can be reached there is not known yet. */
export const InstanceRegistered = defineEvent({
  source,
  type: 'instance.registered',
  version: 1,
  data: z.object({
    ...Named,
    host: z.string(),
    port: z.int(),
    /** Of the service, as the instance says it. */
    version: z.optional(z.string()),
    registered_at: z.iso.datetime(),
  }),
});

/** From now on an instance gets requests, or none: only `healthy` ones are picked. */
export const InstanceStatusChanged = defineEvent({
  source,
  type: 'instance.status_changed',
  version: 1,
  data: z.object({ ...Named, from: Status, to: Status }),
});

/** An instance is no longer listed: it said goodbye, or has not been heard of for long (`expired`). */
export const InstanceDeregistered = defineEvent({
  source,
  type: 'instance.deregistered',
  version: 1,
  data: z.object({ ...Named, reason: z.enum(['deregistered', 'expired']) }),
});
