// A small shop of the old kind: one process, everything in it. docs/strangler-fig.md moves it, path by path, behind
// Bazaar's gateway. It listens on this machine only: `node examples/monolith/monolith.mjs 3100`.
import express from 'express';

const products = new Map();
const app = express();
app.disable('x-powered-by');
app.use(express.json());
app.use((_request, response, next) => {
  response.set('x-served-by', 'monolith');
  next();
});

app.get('/health', (_request, response) => {
  response.json({ status: 'healthy' });
});

app.get('/shop', (_request, response) => {
  response.type('html').send(`<h1>The old shop</h1><p>${products.size} products</p>`);
});

app.get('/shop/products', (_request, response) => {
  response.json({ products: [...products.values()] });
});

app.get('/shop/products/:id', (request, response) => {
  const product = products.get(request.params.id);
  if (product) response.json(product);
  else response.status(404).json({ error: 'There is no such product.' });
});

// Who may do this it leaves to the gateway: it is reached through it only, and told who calls.
app.put('/shop/products/:id', (request, response) => {
  if (request.get('x-bazaar-role') !== 'admin') {
    response.status(403).json({ error: 'This is for administrators.' });
    return;
  }
  const product = { ...request.body, product_id: request.params.id };
  products.set(product.product_id, product);
  response.json(product);
});

const server = app.listen(Number(process.argv[2] ?? 3100), '127.0.0.1', () => {
  process.stdout.write(`monolith http://127.0.0.1:${server.address().port}\n`);
});
