import { httpHandler } from '#lib/runtime/http/http-handler.ts';
import { created } from '#lib/runtime/http/response.ts';
import { type ListedInstance, register } from './registry.ts';
import { RegisterInstance, registeredToApi, registrationFromApi } from './registry-api.ts';
import { changeInstance, keepServiceVersion } from './registry-table.ts';

export const handler = httpHandler(RegisterInstance, async ({ body, cause, now }) => {
  const registration = registrationFromApi(body);
  const { instance_id } = registration;
  const instance = await changeInstance(instance_id, (before) => register(before, registration, now), { cause, now });
  await keepServiceVersion(registration, now);
  return created(registeredToApi(instance as ListedInstance));
});
