// The CDK app: `cdk deploy` and `npm start` both run what this makes.
import { readFileSync } from 'node:fs';
import { App, Tags } from 'aws-cdk-lib';
import { CartStack } from '#stacks/cart-stack.ts';
import { GatewayRoutesStack } from '#stacks/gateway-routes-stack.ts';
import { GatewayStack } from '#stacks/gateway-stack.ts';
import { InventoryStack } from '#stacks/inventory-stack.ts';
import { NotificationStack } from '#stacks/notification-stack.ts';
import { OrderStack } from '#stacks/order-stack.ts';
import { PaymentStack } from '#stacks/payment-stack.ts';
import { PlatformStack } from '#stacks/platform-stack.ts';
import { ProductStack } from '#stacks/product-stack.ts';
import { RegistryStack } from '#stacks/registry-stack.ts';
import { SandboxStack } from '#stacks/sandbox-stack.ts';
import { UserStack } from '#stacks/user-stack.ts';
import { ViewStack } from '#stacks/view-stack.ts';

const app = new App();
const stage = app.node.tryGetContext('stage') ?? 'dev';
const { version } = JSON.parse(readFileSync(`${import.meta.dirname}/../package.json`, 'utf8'));
const props = { stage, version };

const platform = new PlatformStack(app, props);
const gateway = new GatewayStack(app, props);
const user = new UserStack(app, props);
const registry = new RegistryStack(app, props);
const product = new ProductStack(app, props);
const inventory = new InventoryStack(app, props);
const cart = new CartStack(app, props);
const sandbox = new SandboxStack(app, props);
const payment = new PaymentStack(app, props);
const order = new OrderStack(app, props);
const notification = new NotificationStack(app, props);
const gatewayRoutes = new GatewayRoutesStack(app, props);
const view = new ViewStack(app, props);

// Only the order of a first deployment: ids cross by SSM parameters, so later each stack deploys alone.
for (const service of [user, registry, product, cart, inventory, sandbox, payment, order, notification, view]) {
  service.addStackDependency(platform);
  service.addStackDependency(gateway);
}
gateway.addStackDependency(platform);
for (const service of [registry, product, cart, inventory, payment, order, notification, view]) {
  service.addStackDependency(user);
}
payment.addStackDependency(sandbox);
gatewayRoutes.addStackDependency(gateway);
gatewayRoutes.addStackDependency(user);
order.addStackDependency(inventory);
order.addStackDependency(payment);

Tags.of(app).add('Project', 'Bazaar');
Tags.of(app).add('Stage', stage);

// `npm run policy`: not at each start, for the seconds that it takes.
if (app.node.tryGetContext('policy')) {
  const { checkPolicies } = await import('./policy/packs.ts');
  checkPolicies(app, stage);
}
