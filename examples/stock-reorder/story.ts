import { type Client, defineWorkflow } from '@ensue/sdk'
import { makeCollections, makeWorkflow, type SetUpClient } from '../set-up.ts'

/** The records of the story, for a typed client. */
export interface Story {
  collections: {
    products: { name: string; stock: number; price: number; reorderQuantity: number }
    invoices: { order: string; quantity: number; amount: number; productId: number }
    purchase_orders: { quantity: number; status: 'open' | 'received'; productId: number }
  }
}

export const NEW_ORDER = 'new-order'
export const REORDER = 'reorder-stock'
export const EVENT = 'sku_reorder'

const collections = [
  {
    name: 'products',
    title: 'Products',
    fields: [
      { name: 'name', type: 'string', title: 'Name', required: true },
      { name: 'stock', type: 'integer', title: 'Stock', required: true },
      { name: 'price', type: 'decimal', title: 'Price', required: true },
      { name: 'reorderQuantity', type: 'integer', title: 'Reorder quantity', default: 100 },
    ],
  },
  {
    name: 'invoices',
    title: 'Invoices',
    fields: [
      { name: 'order', type: 'string', title: 'Order', required: true, unique: true },
      { name: 'quantity', type: 'integer', title: 'Quantity', required: true },
      { name: 'amount', type: 'decimal', title: 'Amount', required: true },
      { name: 'product', type: 'belongsTo', title: 'Product', target: 'products' },
    ],
  },
  {
    name: 'purchase_orders',
    title: 'Purchase orders',
    fields: [
      { name: 'quantity', type: 'integer', title: 'Quantity', required: true },
      { name: 'status', type: 'enum', title: 'Status', values: ['open', 'received'], default: 'open' },
      { name: 'product', type: 'belongsTo', title: 'Product', target: 'products' },
    ],
  },
] satisfies Parameters<typeof makeCollections>[1]

const findProduct = (key: string, id: string, title: string) => ({
  key,
  type: 'record.query',
  title,
  config: { collection: 'products', filter: { id }, failIfEmpty: true },
})

/** Called for every new order, as `{ order, sku: { id }, quantity }`: writes the invoice, lowers the stock and, when less than 50
 *  are left, says so. Who reorders, and how, is not its business. */
const newOrder = defineWorkflow({
  trigger: { type: 'webhook', config: { methods: ['POST'], reply: { status: 202, body: { accepted: true } } } },
  // Reading the stock and writing the lowered one are two steps: one order after the other.
  options: { concurrency: 1, label: '{{$context.data.order}}' },
  nodes: [
    findProduct('product', '{{$body.sku.id}}', 'Find the product'),
    {
      key: 'invoice',
      type: 'record.create',
      title: 'Create the invoice',
      config: {
        collection: 'invoices',
        values: {
          order: '{{$body.order}}',
          product: '{{$body.sku.id}}',
          quantity: '{{$body.quantity}}',
          amount: '{{$nodes.product.price * $body.quantity}}',
        },
      },
    },
    {
      key: 'lower_stock',
      type: 'record.update',
      title: 'Lower the stock',
      config: {
        collection: 'products',
        id: '{{$body.sku.id}}',
        values: { stock: '{{$nodes.product.stock - $body.quantity}}' },
      },
    },
    findProduct('supply', '{{$body.sku.id}}', 'Look at the supply'),
    {
      key: 'is_low',
      type: 'condition',
      title: 'Less than 50 left?',
      config: { conditions: { all: [{ left: '{{$nodes.supply.stock}}', operator: 'lt', right: 50 }] } },
      branches: {
        yes: [
          {
            key: 'reorder',
            type: 'event.emit',
            title: 'Say that the product runs low',
            config: { name: EVENT, params: { sku: '{{$body.sku.id}}' }, orderingKey: '{{$body.sku.id}}' },
          },
        ],
      },
    },
  ],
})

/** Orders from the supplier, unless an order of the product is on its way. The events of one product are handled one after the other,
 *  so two that come at once make one order. */
const reorder = defineWorkflow({
  trigger: { type: 'event', config: { events: [EVENT] } },
  nodes: [
    {
      key: 'on_its_way',
      type: 'record.query',
      title: 'Is an order on its way?',
      config: { collection: 'purchase_orders', filter: { productId: '{{$param.sku}}', status: 'open' } },
    },
    {
      key: 'none',
      type: 'condition',
      title: 'None yet?',
      config: { conditions: { all: [{ left: '{{$nodes.on_its_way}}', operator: 'empty' }] } },
      branches: {
        yes: [
          findProduct('product', '{{$param.sku}}', 'Find the product'),
          {
            key: 'order',
            type: 'record.create',
            title: 'Order from the supplier',
            config: {
              collection: 'purchase_orders',
              values: { product: '{{$param.sku}}', quantity: '{{$nodes.product.reorderQuantity}}' },
            },
          },
        ],
      },
    },
  ],
})

/** Makes what the story needs, unless it is there: collections and the two workflows. */
export async function setUp(ensue: SetUpClient & Pick<Client, 'events'>): Promise<void> {
  await makeCollections(ensue, collections)
  await makeWorkflow(ensue, { key: NEW_ORDER, title: 'New order', definition: newOrder })
  await makeWorkflow(ensue, { key: REORDER, title: 'Reorder stock', definition: reorder })
}
