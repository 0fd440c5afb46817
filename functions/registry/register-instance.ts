import { Forbidden } from '#lib/runtime/errors.ts';
import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { created } from '#lib/runtime/http/response.ts';
import { addressPolicy } from '#lib/runtime/outbound/address-policy.ts';
import { hostOf } from '#lib/runtime/outbound/host-name.ts';
import { allowedAddressesOf } from '#lib/runtime/outbound/resolve.ts';
import { type ListedInstance, register } from './registry.ts';
import { RegisterInstance, registeredToApi, registrationFromApi } from './registry-api.ts';
import { changeInstance, keepServiceVersion } from './registry-table.ts';

export const handler = httpHandler(RegisterInstance, async ({ caller, params, body, cause, now }) => {
  if (caller.service) mustNameTheSame(params.service_name, body.service_name);
  const registration = registrationFromApi(body);
  const { instance_id, host, health_check_url } = registration;
  const hosts = new Set([host, hostOf(new URL(health_check_url))]);
  await Promise.all([...hosts].map((each) => allowedAddressesOf(each, addressPolicy())));
  const instance = await changeInstance(instance_id, (before) => register(before, registration, now), { cause, now });
  await keepServiceVersion(registration, now);
  return created(registeredToApi(instance as ListedInstance));
});

/** IAM has let the role register the service that the path names, and knows nothing of the body. */
function mustNameTheSame(inPath: string | undefined, inBody: string): void {
  if (inPath !== inBody)
    throw new Forbidden('The path names the service that you may register: name it in the body too.');
}
