import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Template } from '#lib/local-cloud/template/template.ts';

/** A synthesized app in a directory of its own, as `cdk synth` writes one. */
export class CloudApp {
  readonly directory = mkdtempSync(join(tmpdir(), 'cloud-app-'));

  /** Writes the manifest and the templates anew. */
  synthesize(stacks: Record<string, Partial<Template>>): void {
    const artifacts: Record<string, object> = {
      assets: { type: 'cdk:asset-manifest', properties: { file: 'assets.json' } },
    };
    for (const [name, template] of Object.entries(stacks)) {
      this.#write(`${name}.template.json`, { Resources: {}, ...template });
      artifacts[name] = { type: 'aws:cloudformation:stack', properties: { templateFile: `${name}.template.json` } };
    }
    this.#write('manifest.json', { version: '55.0.0', artifacts });
  }

  /** Writes the code of functions as assets: `code` by the name that is the asset's hash. */
  addAssets(code: Record<string, string>): void {
    const files: Record<string, object> = {};
    for (const [name, source] of Object.entries(code)) {
      mkdirSync(join(this.directory, `asset.${name}`), { recursive: true });
      writeFileSync(join(this.directory, `asset.${name}`, 'index.mjs'), source);
      const destinations = { here: { bucketName: 'assets', objectKey: `${name}.zip` } };
      files[name] = { source: { path: `asset.${name}`, packaging: 'zip' }, destinations };
    }
    this.#write('assets.json', { version: '55.0.0', files });
  }

  #write(path: string, content: object): void {
    writeFileSync(join(this.directory, path), JSON.stringify(content));
  }
}

const LAMBDA_TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
};

/** A function with its role; `statements` are what the role may do. */
export function aFunction(
  id: string,
  asset: string,
  { statements = [], variables = {} }: FunctionOptions = {},
): Template['Resources'] {
  const allowed = statements.map(([Action, Resource]) => ({ Effect: 'Allow', Action, Resource }));
  const Policies = allowed.length > 0 ? [{ PolicyName: 'Own', PolicyDocument: { Statement: allowed } }] : undefined;
  return {
    [`${id}Role`]: {
      Type: 'AWS::IAM::Role',
      Properties: { AssumeRolePolicyDocument: LAMBDA_TRUST, ...(Policies && { Policies }) },
    },
    [id]: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: { S3Bucket: 'assets', S3Key: `${asset}.zip` },
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Role: { 'Fn::GetAtt': [`${id}Role`, 'Arn'] },
        Environment: { Variables: variables },
      },
    },
  };
}

export interface FunctionOptions {
  /** Action and resource of each permission. */
  statements?: [action: string, resource: unknown][];
  variables?: Record<string, unknown>;
}

/** An HTTP API whose every request goes to one function. */
export function anHttpApi(functionId: string): Template['Resources'] {
  return {
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'shop', ProtocolType: 'HTTP' } },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { ApiId: { Ref: 'Api' }, StageName: '$default', AutoDeploy: true },
    },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: 'Api' },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': [functionId, 'Arn'] },
        PayloadFormatVersion: '2.0',
      },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        RouteKey: '$default',
        Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] },
      },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { 'Fn::GetAtt': [functionId, 'Arn'] },
        Principal: 'apigateway.amazonaws.com',
        SourceArn: { 'Fn::Sub': `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/*` },
      },
    },
  };
}
