import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import type { AnyOperation, Operation } from '../core/service.ts';
import type { ParameterStore } from './parameter-store.ts';

interface PutParameterInput {
  Name: string;
  Value: string;
  Type?: string;
  Description?: string;
  AllowedPattern?: string;
  Overwrite?: boolean;
}

interface DeleteParametersInput {
  Names: string[];
}

/** The actions that change parameters. */
export function writeOperations(store: ParameterStore, clock: Clock): Record<string, AnyOperation> {
  const putParameter: Operation<PutParameterInput> = {
    requires: ['Name', 'Value'],
    accepts: {
      Name: true,
      Value: true,
      Type: true,
      Description: true,
      AllowedPattern: true,
      Overwrite: true,
      DataType: 'values are not looked up elsewhere',
      Tier: 'every parameter is of the standard tier',
      Tags: 'no local policy reads the tags of parameters',
    },
    resources: ({ Name }) => [store.arn(Name)],
    run: ({ Name, Value, Type, Description, AllowedPattern, Overwrite }) => {
      if (store.has(Name) && !Overwrite) {
        const advice =
          'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.';
        throw new AwsError('ParameterAlreadyExists', advice);
      }
      const write = { name: Name, value: Value, type: Type, description: Description, allowedPattern: AllowedPattern };
      const { version } = store.put({ ...write, nowMs: clock.now() });
      return { Version: version, Tier: 'Standard' };
    },
  };

  const deleteParameter: Operation<{ Name: string }> = {
    requires: ['Name'],
    accepts: { Name: true },
    resources: ({ Name }) => [store.arn(Name)],
    run: ({ Name }) => {
      if (!store.delete(Name)) throw new AwsError('ParameterNotFound', `Parameter ${Name} not found.`);
      return {};
    },
  };

  const deleteParameters: Operation<DeleteParametersInput> = {
    requires: ['Names'],
    accepts: { Names: true },
    resources: ({ Names }) => Names.map((name) => store.arn(name)),
    run: ({ Names }) => {
      const DeletedParameters = Names.filter((name) => store.delete(name));
      return { DeletedParameters, InvalidParameters: Names.filter((name) => !DeletedParameters.includes(name)) };
    },
  };

  return { PutParameter: putParameter, DeleteParameter: deleteParameter, DeleteParameters: deleteParameters };
}
