/** The sample catalogue of `npm start`: v1 product requests, with pieces in stock. */
export const SAMPLE_CATALOGUE = [
  { name: 'Espresso cup', category: 'kitchen', price: 12.5, description: 'Porcelain, 80 ml', on_hand: 100 },
  { name: 'Moka pot', category: 'kitchen', price: 34.9, description: 'For six cups', on_hand: 40 },
  { name: 'Coffee beans 1 kg', category: 'food', price: 21.0, description: 'Medium roast', on_hand: 250 },
  { name: 'Desk lamp', category: 'office', price: 59.0, description: 'Warm light, dimmable', on_hand: 25 },
  { name: 'Notebook A5', category: 'office', price: 8.75, description: 'Dotted, 192 pages', on_hand: 300 },
  { name: 'Signed first edition', category: 'books', price: 99.99, description: 'One of three', on_hand: 3 },
];
