import * as z from 'zod/mini';
import { defineRoute } from '#lib/runtime/http/route.ts';
import { Timestamp } from '#lib/runtime/http/schemas.ts';
import { isHostName, isHttpUrl } from '#lib/runtime/outbound/host-name.ts';
import type { ListedInstance, Registration } from './registry.ts';
import type { RegisteredService } from './service-list.ts';

/** Also a part of paths and keys: no `/`, no `#`. */
const Name = z
  .string()
  .check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/, 'Letters, digits and . _ : -, at most 100'));
const Host = z.string().check(z.minLength(1), z.maxLength(255), z.refine(isHostName, 'A DNS name or an IP address'));
const Port = z.int().check(z.gte(1), z.lte(65_535));
const Version = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9.+_-]{0,19}$/, 'Such as 1.4.2, at most 20 characters'));
const Url = z
  .string()
  .check(
    z.regex(/^https?:\/\/[!-~]+$/, { error: 'An http or https URL', abort: true }),
    z.maxLength(1_000),
    z.refine(isHttpUrl, 'Without a user'),
  );

/** As JSON, so that a row never outgrows DynamoDB. */
const LARGEST_METADATA_CHARACTERS = 4_096;
const Metadata = z
  .record(z.string(), z.unknown())
  .check(
    z.refine(
      (metadata) => JSON.stringify(metadata).length <= LARGEST_METADATA_CHARACTERS,
      `At most ${LARGEST_METADATA_CHARACTERS} characters of JSON`,
    ),
  );

const RegisterRequest = z.strictObject({
  service_name: Name,
  /** Unique among the instances of all services. */
  instance_id: Name,
  /** A name or an address that everybody may reach, or that the stage allows. */
  host: Host,
  port: Port,
  /** Answers 2xx while the instance is well. Redirects are not followed. */
  health_check_url: Url,
  version: z.optional(Version),
  metadata: z.optional(Metadata),
});

const StatusAnswer = z.enum(['starting', 'healthy', 'unhealthy', 'stopping']);

const InstanceAnswer = z.strictObject({ id: z.string(), host: z.string(), port: z.int(), status: StatusAnswer });

const ServiceAnswer = z.strictObject({
  name: z.string(),
  /** Of the instance that was registered last. */
  version: z.nullable(z.string()),
  instances: z.array(InstanceAnswer),
});

const PickedAnswer = z.strictObject({
  ...InstanceAnswer.shape,
  service_name: z.string(),
  version: z.nullable(z.string()),
  scheme: z.enum(['http', 'https']),
  metadata: z.record(z.string(), z.unknown()),
});

const RegisteredAnswer = z.strictObject({
  service_name: z.string(),
  version: z.nullable(z.string()),
  instance_id: z.string(),
  host: z.string(),
  port: z.int(),
  health_check_url: z.string(),
  status: StatusAnswer,
  metadata: z.record(z.string(), z.unknown()),
  registered_at: Timestamp,
  last_heartbeat: Timestamp,
});

const PickQuery = z.strictObject({
  /** Whose turn it is: by chance, or one after the other. */
  strategy: z._default(z.enum(['random', 'round-robin']), 'random'),
  /** Only instances of this version. */
  version: z.optional(Version),
});

const HeartbeatQuery = z.strictObject({
  /** `stopping`: send it no more requests, it is about to end. */
  status: z.optional(z.literal('stopping')),
});

export const ListServices = defineRoute({
  operation: 'listServices',
  route: 'GET /api/v1/services',
  summary: 'List the services and where their instances are.',
  auth: 'public',
  answers: { 200: z.strictObject({ services: z.array(ServiceAnswer) }) },
});

export const GetService = defineRoute({
  operation: 'getService',
  route: 'GET /api/v1/services/{service_name}',
  summary: 'Read where the instances of a service are.',
  auth: 'user',
  answers: { 200: ServiceAnswer },
  problems: { 404: ['NOT_FOUND'] },
});

export const RegisterInstance = defineRoute({
  operation: 'registerInstance',
  route: 'POST /api/v1/services/register',
  summary: 'Register an instance of a service. It gets requests as soon as its health URL answers.',
  auth: 'admin',
  internal: 'for themselves',
  body: RegisterRequest,
  answers: { 201: RegisteredAnswer },
  problems: { 409: ['INSTANCE_ID_TAKEN'], 422: ['ADDRESS_NOT_ALLOWED'] },
});

export const SendHeartbeat = defineRoute({
  operation: 'sendHeartbeat',
  route: 'POST /api/v1/services/{service_name}/instances/{instance_id}/heartbeat',
  summary: 'Say that an instance lives, or that it is about to stop.',
  auth: 'admin',
  internal: 'for themselves',
  query: HeartbeatQuery,
  answers: { 204: null },
  problems: { 404: ['NOT_FOUND'] },
});

export const DeregisterInstance = defineRoute({
  operation: 'deregisterInstance',
  route: 'DELETE /api/v1/services/{service_name}/instances/{instance_id}',
  summary: 'Take an instance off the list.',
  auth: 'admin',
  internal: 'for themselves',
  answers: { 204: null },
  problems: { 404: ['NOT_FOUND'] },
});

export const PickInstance = defineRoute({
  operation: 'pickInstance',
  route: 'GET /api/v1/services/{service_name}/instance',
  summary: 'Pick one healthy instance of a service.',
  auth: 'user',
  query: PickQuery,
  answers: { 200: PickedAnswer },
  problems: { 503: ['NO_HEALTHY_INSTANCE'] },
});

export function registrationFromApi({
  version,
  metadata = {},
  ...rest
}: z.infer<typeof RegisterRequest>): Registration {
  return { ...rest, service_version: version, metadata };
}

export function registeredToApi(instance: ListedInstance) {
  const { service_name, service_version = null, instance_id, host, port, health_check_url } = instance;
  const { status, metadata, registered_at, last_heartbeat } = instance;
  const said = { service_name, version: service_version, instance_id, host, port, health_check_url };
  return { ...said, status, metadata, registered_at, last_heartbeat };
}

export function pickedToApi(instance: ListedInstance) {
  const { service_name, service_version = null, health_check_url, metadata } = instance;
  const scheme = new URL(health_check_url).protocol.slice(0, -1);
  return { ...instanceToApi(instance), service_name, version: service_version, scheme, metadata };
}

export function serviceToApi({ name, version, instances }: RegisteredService) {
  return { name, version, instances: instances.map(instanceToApi) };
}

function instanceToApi({ instance_id: id, host, port, status }: ListedInstance) {
  return { id, host, port, status };
}
