export type Invoice = {
  readonly number: string | null;
  readonly customerId: string;
  readonly customerName: string;
  readonly grossMinor: number;
  readonly issueDate: string | null;
};
export type Customer = { readonly name: string; readonly email: string };
export type Product = { readonly name: string; readonly sku: string };
/** Some records of a system, from which it is drawn what is asked for. */
export type Sample = {
  readonly invoices: readonly Invoice[];
  readonly customers: readonly Customer[];
  readonly products: readonly Product[];
};
/** What a day in the web app asks for; `n` is the round. */
export function requests(): Record<string, (sample: Sample, n: number) => string> {
  return {
    'invoices, newest first': () => '/invoices',
    'invoices, page 50': () => '/invoices?page=50',
    'invoices by number': (_, n) => `/invoices?sort=${n % 2 ? '-' : ''}number`,
    'invoices by customer': (_, n) => `/invoices?sort=${n % 2 ? '-' : ''}customerName`,
    'invoices by amount': (_, n) => `/invoices?sort=${n % 2 ? '-' : ''}grossMinor`,
    'open invoices': () => '/invoices?status=open',
    'overdue invoices, oldest due first': () => '/invoices?state=overdue&sort=dueDate',
    'partly paid invoices': () => '/invoices?state=partly-paid',
    'invoices of a customer': (sample, n) =>
      `/invoices?customerId=${invoice(sample, n).customerId}`,
    'invoices of a day': (sample, n) => {
      const day = invoice(sample, n).issueDate ?? '2026-01-01';
      return `/invoices?issuedFrom=${day}&issuedTo=${day}`;
    },
    'search by series and year': () => '/invoices?q=F2025',
    'search by number': (sample, n) => `/invoices?q=${invoice(sample, n).number ?? ''}`,
    'search by customer': (sample, n) => `/invoices?q=${words(invoice(sample, n).customerName)}`,
    'search by amount': (sample, n) => `/invoices?q=${invoice(sample, n).grossMinor / 100}`,
    'figures of the dashboard': () => '/figures',
    customers: (_, n) => `/customers?sort=${n % 2 ? '-' : ''}name`,
    'search a customer by e-mail': ({ customers }, n) =>
      `/customers?q=${words(at(customers, n).email)}`,
    'search a customer by name': ({ customers }, n) =>
      `/customers?q=${words(at(customers, n).name)}`,
    products: (_, n) => `/products?sort=${n % 2 ? '-' : ''}name`,
    'products low in stock': () => '/products?lowStock=true',
    'search a product by SKU': ({ products }, n) => `/products?q=${at(products, n).sku}`,
    'search a product by name': ({ products }, n) => `/products?q=${words(at(products, n).name)}`,
  };
}

const invoice = ({ invoices }: Sample, n: number): Invoice => at(invoices, n);
const words = encodeURIComponent;

function at<T>(list: readonly T[], n: number): T {
  const item = list[(n * 7) % list.length];
  if (item === undefined) throw new Error('There is nothing to ask for');
  return item;
}
