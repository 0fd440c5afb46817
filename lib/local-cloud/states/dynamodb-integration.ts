import type { OptimizedAction, OptimizedService } from './integration.ts';
import type { Json } from './json-data.ts';
import { sdkMetadata, toJson } from './sdk-shapes.ts';

export const DYNAMODB: OptimizedService = {
  errors: { prefix: 'DynamoDB', generic: 'AmazonDynamoDBException', label: 'AmazonDynamoDBv2' },
  actions: {
    getItem: item('GetItem'),
    putItem: item('PutItem'),
    updateItem: item('UpdateItem'),
    deleteItem: item('DeleteItem'),
  },
};

function item(action: string): OptimizedAction {
  return {
    patterns: ['request'],
    async request(args, { runtime, context }) {
      const output = toJson(await runtime.api.call('dynamodb', action, args, context));
      return { ...(output as Record<string, Json>), ...sdkMetadata() };
    },
  };
}
