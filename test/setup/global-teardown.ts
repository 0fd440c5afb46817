import { stopShop } from './global-setup.ts';

export default stopShop;
