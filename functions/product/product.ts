import type { Fact } from '#events/event.ts';
import type { Money } from '#events/money.ts';
import { ProductCreated, ProductUpdated } from '#events/product-events.ts';

export interface ProductDetails {
  name: string;
  description: string;
  category: string;
  price: Money;
}

export interface Product extends ProductDetails {
  product_id: string;
  created_at: string;
  updated_at: string;
}

export interface Decision {
  product: Product;
  facts: Fact[];
}

export function create(productId: string, details: ProductDetails, now: Date): Decision {
  const at = now.toISOString();
  const product = { product_id: productId, ...details, created_at: at, updated_at: at };
  return { product, facts: [ProductCreated.of(product)] };
}

/** Replaces all details. Orders already placed keep their price. */
export function update(before: Product, details: ProductDetails, now: Date): Decision {
  const product = { ...before, ...details, updated_at: now.toISOString() };
  return { product, facts: [ProductUpdated.of(product)] };
}
