import { CfnParameter } from 'aws-cdk-lib';
import { type IKey, Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { ServiceFunction } from '#lib/infra/service-function.ts';
import { ServiceStack, type ServiceStackProps } from '#lib/infra/service-stack.ts';

/** Accounts, logins, and the tokens that say who somebody is. */
export class UserStack extends ServiceStack {
  readonly #tokenKeys: Key[];

  constructor(scope: Construct, props: ServiceStackProps) {
    super(scope, 'user', props);
    this.#tokenKeys = this.#addTokenKeys();
    this.addTable();

    const registerUser = this.addPublicRoute('POST /api/v1/users', 'register-user', {
      table: ['GetItem', 'PutItem', 'UpdateItem'],
    });
    const getUser = this.addRoute('GET /api/v1/users/{user_id}', 'get-user', { table: ['GetItem'] });
    this.letCallServices(getUser, ['GET /internal/v1/orders/user/*']);
    const updateUser = this.addRoute('PUT /api/v1/users/{user_id}', 'update-user', {
      table: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
    });
    this.addRoute('DELETE /api/v1/users/{user_id}', 'delete-user', { table: ['GetItem', 'PutItem', 'DeleteItem'] });
    const logIn = this.#addTokenRoutes();
    this.addHealthRoute();

    const makeAdmin = this.addFunction('make-admin', { table: ['GetItem', 'PutItem'] });
    this.publishParameter('make-admin-function', makeAdmin.live.functionName);
    this.output('MakeAdminFunction', makeAdmin.live.functionName);
    this.#letHashPasswords(registerUser, updateUser, logIn, makeAdmin);
  }

  /** How hard a password is to guess from its hash. What is hashed already stays as it is. */
  #letHashPasswords(...functions: ServiceFunction[]): void {
    const n = new CfnParameter(this, 'PasswordScryptN', {
      type: 'Number',
      default: 16_384,
      allowedValues: [2_048, 16_384, 32_768, 65_536].map(String),
      description:
        'N of scrypt: the memory that hashing a password takes, in KiB. OWASP recommends 16384 with a p of 5',
    });
    const p = new CfnParameter(this, 'PasswordScryptP', {
      type: 'Number',
      default: 5,
      minValue: 1,
      maxValue: 50,
      description: 'p of scrypt: how often that is done, 0.04 s each with an N of 16384',
    });
    for (const fn of functions) {
      fn.addEnvironment('PASSWORD_SCRYPT_N', n.valueAsString).addEnvironment('PASSWORD_SCRYPT_P', p.valueAsString);
    }
  }

  #addTokenRoutes(): ServiceFunction {
    const logIn = this.addPublicRoute('POST /api/v1/auth/login', 'log-in', {
      table: ['GetItem', 'UpdateItem', 'DeleteItem'],
    });
    const jwks = this.addPublicRoute('GET /.well-known/jwks.json', 'get-jwks');
    const configuration = this.addPublicRoute('GET /.well-known/openid-configuration', 'get-openid-configuration');
    for (const fn of [logIn, jwks, configuration]) this.letReadTokenKey(fn);
    this.#tokenKeys[0]?.grant(logIn, 'kms:Sign');
    return logIn;
  }

  /**
   * The keys that `tokenKeys` in cdk.json counts: the first signs, the second is accepted too. To rotate, deploy all
   * stacks with "1,2" (the new key is known everywhere), then with "2,1" (it signs), then, when the last token of the
   * old one has expired after an hour, with "2". No token is refused on the way, whatever order the stacks come in.
   */
  #addTokenKeys(): Key[] {
    const generations = String(this.node.tryGetContext('tokenKeys') ?? '1').split(',');
    if (generations.length > 2 || !generations.every((generation) => /^[1-9]\d*$/.test(generation))) {
      throw new Error(`tokenKeys is "${generations}": name one or two keys by number, such as "1,2".`);
    }
    const keys = generations.map((generation) => this.#addTokenKey(generation));
    const arns = keys.map(({ keyArn }) => keyArn);
    this.publishParameter('token-key-arn', arns.at(0) ?? '');
    this.publishParameter('standby-token-key-arn', arns.at(-1) ?? '');
    return keys;
  }

  #addTokenKey(generation: string): Key {
    return new Key(this, `SigningKey${generation === '1' ? '' : generation}`, {
      description: `Signs access tokens (ES256), generation ${generation}; its private half never leaves KMS`,
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy: this.settings.removalPolicy,
    });
  }

  protected override get tokenKeys(): IKey[] {
    return this.#tokenKeys;
  }
}
