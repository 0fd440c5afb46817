import { describe, expect, test } from '@jest/globals';
import {
  CartEmpty,
  CartFull,
  checkOut,
  clear,
  emptyCart,
  LARGEST_CART,
  MixedCurrencies,
  priced,
  REMEMBERED_CHECKOUTS,
  removeItem,
  setItem,
  UnknownProduct,
} from '#functions/cart/cart.ts';
import { IdempotencyKeyReused } from '#lib/runtime/errors.ts';
import { aCart, aProduct } from './builders.ts';

const now = new Date('2026-11-22T11:00:00.000Z');
const at = now.toISOString();
const cup = aProduct();
const pot = aProduct({ product_id: 'pot', name: 'Pot', price: { amount: 3490, currency: 'USD' } });
const tea = aProduct({ product_id: 'tea', name: 'Tea', price: { amount: 900, currency: 'EUR' } });

describe('putting a product into a cart', () => {
  test('adds it behind the others', () => {
    const { cart, facts } = setItem(aCart({ cup: 1 }), { product_id: 'pot', quantity: 2 }, [cup, pot], now);

    expect(cart).toEqual(aCart({ cup: 1, pot: 2 }, { updated_at: at }));
    expect(facts).toEqual([]);
  });

  test('that is in it already sets its quantity', () => {
    const { cart } = setItem(aCart({ cup: 1, pot: 2 }), { product_id: 'cup', quantity: 5 }, [cup, pot], now);

    expect(cart.items).toEqual(aCart({ cup: 5, pot: 2 }).items);
  });

  test('as often as it is in it already changes nothing', () => {
    const before = aCart({ cup: 3 });

    expect(setItem(before, { product_id: 'cup', quantity: 3 }, [cup], now).cart).toBe(before);
  });

  test('is refused when the product is not on sale', () => {
    expect(() => setItem(aCart(), { product_id: 'ghost', quantity: 1 }, [cup], now)).toThrow(UnknownProduct);
  });

  test('is refused when it is priced in another currency than the others', () => {
    expect(() => setItem(aCart({ cup: 1 }), { product_id: 'tea', quantity: 1 }, [cup, tea], now)).toThrow(
      MixedCurrencies,
    );
  });

  test('is refused when the cart is full, but not for a product that is in it', () => {
    const ids = Array.from({ length: LARGEST_CART }, (_, n) => `p${n}`);
    const products = [cup, ...ids.map((product_id) => aProduct({ product_id }))];
    const full = aCart(Object.fromEntries(ids.map((id) => [id, 1])));

    expect(() => setItem(full, { product_id: 'cup', quantity: 1 }, products, now)).toThrow(CartFull);
    expect(setItem(full, { product_id: 'p7', quantity: 9 }, products, now).cart.items[7]?.quantity).toBe(9);
  });
});

describe('taking out of a cart', () => {
  test('leaves the others', () => {
    const { cart } = removeItem(aCart({ cup: 1, pot: 2 }), 'cup', now);

    expect(cart).toEqual(aCart({ pot: 2 }, { updated_at: at }));
  });

  test('everything leaves nothing', () => {
    expect(clear(aCart({ cup: 1, pot: 2 }), now).cart).toEqual(aCart({}, { updated_at: at }));
  });

  test('what is not in it changes nothing', () => {
    const before = aCart({ cup: 1 });
    const empty = emptyCart('jane');

    expect(removeItem(before, 'pot', now).cart).toBe(before);
    expect(clear(empty, now).cart).toBe(empty);
  });
});

describe('the price of a cart', () => {
  test('is that of its products now', () => {
    const dearer = aProduct({ name: 'Big cup', price: { amount: 1300, currency: 'USD' } });

    expect(priced(aCart({ cup: 2, pot: 1 }), [pot, dearer])).toEqual({
      user_id: 'jane',
      items: [
        { product_id: 'cup', name: 'Big cup', quantity: 2, price: { amount: 1300, currency: 'USD' } },
        { product_id: 'pot', name: 'Pot', quantity: 1, price: { amount: 3490, currency: 'USD' } },
      ],
      total: { amount: 6090, currency: 'USD' },
      updated_at: '2026-11-22T10:00:00.000Z',
    });
  });

  test('is nothing when it is empty', () => {
    expect(priced(emptyCart('jane'), []).total).toEqual({ amount: 0, currency: 'USD' });
  });

  test('is not known when a product changed its currency', () => {
    expect(priced(aCart({ cup: 1, tea: 1 }), [cup, tea]).total).toBeNull();
  });
});

describe('checking out', () => {
  const command = { key_fingerprint: 'k1', request_fingerprint: 'r1', order_id: 'o1', payment_method: 'card_ok' };
  const context = { products: [cup, pot], now };

  test('orders all that is in the cart, at the prices of now, and empties it', () => {
    const { cart, facts, order_id } = checkOut(aCart({ cup: 2, pot: 1 }), command, context);

    expect(order_id).toBe('o1');
    expect(cart.items).toEqual([]);
    expect(facts).toEqual([
      {
        event_type: 'cart.checked_out',
        version: 1,
        data: {
          order_id: 'o1',
          user_id: 'jane',
          items: [
            { ...cup, quantity: 2 },
            { ...pot, quantity: 1 },
          ],
          payment_method: 'card_ok',
        },
      },
    ]);
  });

  test('again with the same key answers the order of the first time and leaves what came since', () => {
    const { cart } = checkOut(aCart({ cup: 2 }), command, context);
    const { cart: refilled } = setItem(cart, { product_id: 'pot', quantity: 1 }, [pot], now);

    const again = checkOut(refilled, { ...command, order_id: 'o2' }, context);

    expect(again).toEqual({ cart: refilled, facts: [], order_id: 'o1' });
    expect(again.cart).toBe(refilled);
  });

  test('is refused when the key was used for another request', () => {
    const { cart } = checkOut(aCart({ cup: 2 }), command, context);

    expect(() => checkOut(cart, { ...command, request_fingerprint: 'r2' }, context)).toThrow(IdempotencyKeyReused);
  });

  test('is refused when the cart is empty', () => {
    expect(() => checkOut(emptyCart('jane'), command, context)).toThrow(CartEmpty);
  });

  test('is refused when a product changed its currency', () => {
    const mixed = aCart({ cup: 1, tea: 1 });

    expect(() => checkOut(mixed, command, { products: [cup, tea], now })).toThrow(MixedCurrencies);
  });

  test('remembers the last keys only, so that the row does not grow for ever', () => {
    let cart = aCart();
    for (let n = 0; n <= REMEMBERED_CHECKOUTS; n++) {
      const { cart: filled } = setItem(cart, { product_id: 'cup', quantity: 1 }, [cup], now);
      cart = checkOut(filled, { ...command, key_fingerprint: `k${n}` }, context).cart;
    }

    expect(cart.checkouts).toHaveLength(REMEMBERED_CHECKOUTS);
    expect(cart.checkouts.map(({ key_fingerprint }) => key_fingerprint)).not.toContain('k0');
  });
});
