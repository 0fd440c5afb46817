import { AwsError } from '../core/aws-error.ts';
import type { AnyOperation } from '../core/service.ts';
import { functionResource } from './function-operations.ts';
import { LATEST, latestOf } from './lambda-function.ts';
import type { LambdaState } from './state.ts';

interface FunctionInput {
  FunctionName: string;
  Qualifier?: string;
}

/** What else is known of a function: who may call it, what becomes of its events, its tags. */
export function policyOperations(state: LambdaState): Record<string, AnyOperation> {
  const { functions, permissions } = state;
  const resources = functionResource(state);
  return {
    GetPolicy: {
      resources,
      run({ FunctionName, Qualifier }: FunctionInput) {
        const arn = functions.resolve(FunctionName, Qualifier).invokedArn;
        const Statement = permissions.get(arn);
        if (!Statement) throw notFound('The resource you requested does not exist.');
        return { Policy: JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement }) };
      },
    },
    GetFunctionEventInvokeConfig: {
      resources,
      run({ FunctionName, Qualifier = LATEST }: FunctionInput) {
        const fn = functions.find(FunctionName);
        const arn = `${fn.arn}:${Qualifier}`;
        const config = fn.eventInvokeConfigs.get(Qualifier);
        if (!config) throw notFound(`The function ${arn} doesn't have an EventInvokeConfig`);
        return {
          FunctionArn: arn,
          LastModified: latestOf(fn).configuration.modifiedAt / 1000,
          MaximumRetryAttempts: config.maximumRetryAttempts,
          MaximumEventAgeInSeconds: config.maximumEventAgeSeconds,
          DestinationConfig: {
            OnSuccess: { Destination: config.onSuccessArn },
            OnFailure: { Destination: config.onFailureArn },
          },
        };
      },
    },
    ListTags: {
      resources: ({ Resource }: { Resource: string }) => [Resource],
      run: ({ Resource }: { Resource: string }) => ({ Tags: latestOf(functions.find(Resource)).configuration.tags }),
    },
  };
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message, 404, { Type: 'User' });
}
