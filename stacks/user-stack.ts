import { RemovalPolicy } from 'aws-cdk-lib';
import { type IKey, Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { ServiceStack, type ServiceStackProps } from '#lib/infra/service-stack.ts';

/** Accounts, logins, and the tokens that say who somebody is. */
export class UserStack extends ServiceStack {
  readonly #signingKey: Key;

  constructor(scope: Construct, props: ServiceStackProps) {
    super(scope, 'user', props);
    this.#signingKey = new Key(this, 'SigningKey', {
      description: 'Signs access tokens (ES256); its private half never leaves KMS',
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.publishParameter('token-key-arn', this.#signingKey.keyArn);
    this.addTable();

    this.addPublicRoute('POST /api/v1/users', 'register-user', { table: ['PutItem'] });
    this.addRoute('GET /api/v1/users/{user_id}', 'get-user', { table: ['GetItem'] });
    this.#addTokenRoutes();
    this.addHealthRoute();

    const makeAdmin = this.addFunction('make-admin', { table: ['GetItem', 'PutItem', 'UpdateItem'] });
    this.output('MakeAdminFunction', makeAdmin.functionName);
  }

  #addTokenRoutes(): void {
    const logIn = this.addPublicRoute('POST /api/v1/auth/login', 'log-in', {
      table: ['GetItem', 'UpdateItem', 'DeleteItem'],
    });
    const jwks = this.addPublicRoute('GET /.well-known/jwks.json', 'get-jwks');
    const configuration = this.addPublicRoute('GET /.well-known/openid-configuration', 'get-openid-configuration');
    for (const fn of [logIn, jwks, configuration]) this.letReadTokenKey(fn);
    this.#signingKey.grant(logIn, 'kms:Sign');
  }

  protected override get tokenKey(): IKey {
    return this.#signingKey;
  }
}
