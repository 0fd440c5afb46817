import { CartCheckedOut } from '#events/cart-events.ts';
import type { Fact } from '#events/event.ts';
import type { Money } from '#events/money.ts';
import { AppError, IdempotencyKeyReused } from '#lib/runtime/errors.ts';

/** Different products in one cart: as many as an order may have. */
export const LARGEST_CART = 50;

/**
 * Check-outs that a cart remembers, to answer their repetitions. A repetition comes seconds or minutes later; one that
 * comes after this many others counts as a new request.
 */
export const REMEMBERED_CHECKOUTS = 25;

export interface CartItem {
  product_id: string;
  quantity: number;
}

/** What was answered to an Idempotency-Key. */
export interface Checkout {
  key_fingerprint: string;
  request_fingerprint: string;
  order_id: string;
}

/** What a customer wants to buy. Names and prices are not in it: they are those of the products when it is read. */
export interface Cart {
  user_id: string;
  /** Each product once, in the order in which they were put in. */
  items: CartItem[];
  /** The last ones, oldest first. */
  checkouts: Checkout[];
  /** `null` when nothing was ever put in. */
  updated_at: string | null;
}

export interface Product {
  product_id: string;
  name: string;
  price: Money;
}

/** What a rule decides. The cart that it was given, and no facts: nothing to do. */
export interface Decision {
  cart: Cart;
  facts: Fact[];
}

export interface PricedCart {
  user_id: string;
  items: (CartItem & Product)[];
  /** `null` when a product changed its currency after it was put in, so that there is no sum. */
  total: Money | null;
  updated_at: string | null;
}

/** The product is not, or not yet, known to be on sale. */
export class UnknownProduct extends AppError {
  constructor() {
    const fieldErrors = [{ field: 'product_id', message: 'This product is not on sale' }];
    super('UNKNOWN_PRODUCT', 422, 'The product is not on sale.', { fieldErrors });
  }
}

/** Products priced in different currencies cannot be paid together. */
export class MixedCurrencies extends AppError {
  constructor() {
    super('MIXED_CURRENCIES', 422, 'All products in a cart must have the same currency: buy the others first.');
  }
}

export class CartFull extends AppError {
  constructor() {
    super('CART_FULL', 422, `A cart holds up to ${LARGEST_CART} different products: check out, or remove one.`);
  }
}

export class CartEmpty extends AppError {
  constructor() {
    super('CART_EMPTY', 409, 'There is nothing in the cart to check out.');
  }
}

export function emptyCart(userId: string): Cart {
  return { user_id: userId, items: [], checkouts: [], updated_at: null };
}

/** Puts a product into the cart, or changes how many of it. */
export function setItem(cart: Cart, item: CartItem, products: Product[], now: Date): Decision {
  if (!products.some(({ product_id }) => product_id === item.product_id)) throw new UnknownProduct();
  const before = cart.items.find(({ product_id }) => product_id === item.product_id);
  if (before?.quantity === item.quantity) return { cart, facts: [] };
  if (!before && cart.items.length >= LARGEST_CART) throw new CartFull();
  const items = before ? cart.items.map((each) => (each === before ? item : each)) : [...cart.items, item];
  const after = { ...cart, items, updated_at: now.toISOString() };
  if (!priced(after, products).total) throw new MixedCurrencies();
  return { cart: after, facts: [] };
}

export function removeItem(cart: Cart, productId: string, now: Date): Decision {
  const items = cart.items.filter(({ product_id }) => product_id !== productId);
  if (items.length === cart.items.length) return { cart, facts: [] };
  return { cart: { ...cart, items, updated_at: now.toISOString() }, facts: [] };
}

export function clear(cart: Cart, now: Date): Decision {
  if (cart.items.length === 0) return { cart, facts: [] };
  return { cart: { ...cart, items: [], updated_at: now.toISOString() }, facts: [] };
}

/**
 * Turns all that is in the cart now into an order, at the prices of now. The same key again is answered with the order
 * that it made, whatever is in the cart meanwhile.
 * @param command `order_id` is that of the order to be made, if this is not a repetition
 */
export function checkOut(
  cart: Cart,
  command: Checkout & { payment_method: string },
  { products, now }: { products: Product[]; now: Date },
): Decision & { order_id: string } {
  const { payment_method, ...checkout } = command;
  const earlier = cart.checkouts.find(({ key_fingerprint }) => key_fingerprint === checkout.key_fingerprint);
  if (earlier && earlier.request_fingerprint !== checkout.request_fingerprint) throw new IdempotencyKeyReused();
  if (earlier) return { cart, facts: [], order_id: earlier.order_id };
  if (cart.items.length === 0) throw new CartEmpty();
  const { user_id, items, total } = priced(cart, products);
  if (!total) throw new MixedCurrencies();
  const { order_id } = checkout;
  const checkouts = [...cart.checkouts, checkout].slice(-REMEMBERED_CHECKOUTS);
  return {
    cart: { ...cart, items: [], checkouts, updated_at: now.toISOString() },
    facts: [CartCheckedOut.of({ order_id, user_id, items, payment_method })],
    order_id,
  };
}

/** The cart with the names and prices that its products have now. */
export function priced({ user_id, items, updated_at }: Cart, products: Product[]): PricedCart {
  const pricedItems = items.map((item) => ({ ...productOf(item, products), ...item }));
  const currencies = new Set(pricedItems.map(({ price }) => price.currency));
  const [currency = 'USD'] = currencies;
  const amount = pricedItems.reduce((sum, { price, quantity }) => sum + price.amount * quantity, 0);
  return { user_id, items: pricedItems, total: currencies.size > 1 ? null : { amount, currency }, updated_at };
}

function productOf({ product_id }: CartItem, products: Product[]): Product {
  const product = products.find((each) => each.product_id === product_id);
  if (!product) throw new Error(`Product ${product_id} is in a cart, but its copy is gone.`);
  return { product_id, name: product.name, price: product.price };
}
