import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { traced } from '#lib/runtime/aws/traced-client.ts';
import { requiredEnv } from '#lib/runtime/config.ts';
import { fingerprint } from '#lib/runtime/ids.ts';
import { type Instance, isListed, type ListedInstance, type Registration } from './registry.ts';

const ssm = traced(new SSMClient({ maxAttempts: 4 }));

/** What a stack says in its parameter: see lib/infra/service-stack.ts. */
const Deployed = z.object({
  service_name: z.string(),
  version: z.string(),
  url: z.url(),
  health_route: z.string(),
  routes: z.array(z.string()),
});

/** The registrations of all stacks of the stage that are deployed. */
export async function readDeployedStacks(): Promise<Registration[]> {
  const values: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ssm.send(new GetParametersByPathCommand({ Path: requiredEnv('STACKS_PATH'), NextToken }));
    values.push(...(page.Parameters ?? []).map(({ Value = '' }) => Value));
    NextToken = page.NextToken;
  } while (NextToken);
  return values.map(registrationOf);
}

/** All functions of a stack are one instance: the HTTP API is where they are. */
function registrationOf(parameter: string): Registration {
  const { service_name, version, url, health_route, routes } = Deployed.parse(JSON.parse(parameter));
  const { hostname, port, protocol } = new URL(url);
  return {
    service_name,
    instance_id: `${service_name}-stack`,
    host: hostname,
    port: Number(port || (protocol === 'https:' ? 443 : 80)),
    health_check_url: url + health_route,
    service_version: version,
    metadata: { routes },
    managed: true,
  };
}

/** What has to happen so that exactly the stacks that are deployed are registered. */
export function differences(deployed: Registration[], instances: ListedInstance[]) {
  const known = new Map(instances.map((instance) => [instance.instance_id, instance]));
  const wanted = new Set(deployed.map(({ instance_id }) => instance_id));
  return {
    toRegister: deployed.filter((registration) => !isRegistered(registration, known.get(registration.instance_id))),
    toDeregister: instances.filter(({ managed, instance_id }) => managed && !wanted.has(instance_id)),
  };
}

/** Whether the instance is what its stack says of itself now. */
export function isRegistered(registration: Registration, instance: Instance | undefined): boolean {
  return isListed(instance) && said(instance) === said(registration);
}

function said(registration: Registration | Instance): string {
  const { service_name, host, port, health_check_url, service_version, metadata, managed } = registration;
  return fingerprint({ service_name, host, port, health_check_url, service_version, metadata, managed });
}
