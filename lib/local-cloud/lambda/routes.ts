import type { RestRequest, RestRoute } from '../core/service.ts';
import { readJson } from '../core/wire-message.ts';
import type { InvokeOutput } from './invoke-operation.ts';

/** How the AWS SDK and CLI reach the actions: REST with JSON bodies. */
export const ROUTES: RestRoute[] = [
  {
    method: 'POST',
    path: '/2015-03-31/functions/{FunctionName}/invocations',
    action: 'Invoke',
    input: ({ params, query, headers, body }) => ({
      ...params,
      Qualifier: query.get('Qualifier') ?? undefined,
      InvocationType: headers['x-amz-invocation-type'],
      LogType: headers['x-amz-log-type'],
      ClientContext: headers['x-amz-client-context'],
      Payload: body,
    }),
    reply: (output: InvokeOutput) => ({
      status: output.StatusCode,
      headers: {
        ...(output.FunctionError && { 'x-amz-function-error': output.FunctionError }),
        ...(output.LogResult && { 'x-amz-log-result': output.LogResult }),
        ...(output.ExecutedVersion && { 'x-amz-executed-version': output.ExecutedVersion }),
      },
      body: output.Payload,
    }),
  },
  get('/2015-03-31/functions', 'ListFunctions'),
  get('/2015-03-31/functions/{FunctionName}', 'GetFunction'),
  get('/2015-03-31/functions/{FunctionName}/configuration', 'GetFunctionConfiguration'),
  put('/2015-03-31/functions/{FunctionName}/configuration', 'UpdateFunctionConfiguration'),
  get('/2015-03-31/functions/{FunctionName}/versions', 'ListVersionsByFunction'),
  get('/2015-03-31/functions/{FunctionName}/aliases', 'ListAliases'),
  get('/2015-03-31/functions/{FunctionName}/aliases/{Name}', 'GetAlias'),
  put('/2015-03-31/functions/{FunctionName}/aliases/{Name}', 'UpdateAlias'),
  created('/2015-03-31/functions/{FunctionName}/aliases', 'CreateAlias'),
  created('/2015-03-31/functions/{FunctionName}/versions', 'PublishVersion'),
  {
    method: 'DELETE',
    path: '/2015-03-31/functions/{FunctionName}',
    action: 'DeleteFunction',
    input: fromQuery,
    reply: () => ({ status: 204, body: '' }),
  },
  get('/2015-03-31/functions/{FunctionName}/policy', 'GetPolicy'),
  get('/2019-09-25/functions/{FunctionName}/event-invoke-config', 'GetFunctionEventInvokeConfig'),
  get('/2017-03-31/tags/{Resource+}', 'ListTags'),
  get('/2019-09-30/functions/{FunctionName}/concurrency', 'GetFunctionConcurrency'),
  put('/2017-10-31/functions/{FunctionName}/concurrency', 'PutFunctionConcurrency'),
  {
    method: 'DELETE',
    path: '/2017-10-31/functions/{FunctionName}/concurrency',
    action: 'DeleteFunctionConcurrency',
    input: fromQuery,
    reply: () => ({ status: 204, body: '' }),
  },
  get('/2015-03-31/event-source-mappings', 'ListEventSourceMappings'),
  get('/2015-03-31/event-source-mappings/{UUID}', 'GetEventSourceMapping'),
  {
    ...put('/2015-03-31/event-source-mappings/{UUID}', 'UpdateEventSourceMapping'),
    reply: (output: unknown) => ({ status: 202, body: JSON.stringify(output) }),
  },
];

function get(path: string, action: string): RestRoute {
  return { method: 'GET', path, action, input: fromQuery };
}

function put(path: string, action: string): RestRoute {
  return { method: 'PUT', path, action, input: fromBody };
}

function created(path: string, action: string): RestRoute {
  const reply = (output: unknown) => ({ status: 201, body: JSON.stringify(output) });
  return { method: 'POST', path, action, input: fromBody, reply };
}

function fromQuery({ params, query }: RestRequest): Record<string, unknown> {
  const { MaxItems, ...rest } = Object.fromEntries(query);
  return { ...rest, ...params, ...(MaxItems && { MaxItems: Number(MaxItems) }) };
}

function fromBody({ params, body }: RestRequest): Record<string, unknown> {
  return { ...readJson(body), ...params };
}
