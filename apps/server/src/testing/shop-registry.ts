import { buildCollectionRegistry } from '@ensue/db'

const collection = (name: string, fields: object[]) => ({ name, title: null, definition: { name, fields } })

/** Orders with a customer, who has a city, and with tags: for tests of what needs no database. */
export const SHOP = buildCollectionRegistry([
  collection('cities', [{ name: 'name', type: 'string' }]),
  collection('customers', [
    { name: 'name', type: 'string' },
    { name: 'pin', type: 'string', hidden: true },
    { name: 'city', type: 'belongsTo', target: 'cities' },
  ]),
  collection('tags', [{ name: 'label', type: 'string' }]),
  collection('orders', [
    { name: 'title', type: 'string' },
    { name: 'margin', type: 'decimal', hidden: true },
    { name: 'customer', type: 'belongsTo', target: 'customers' },
    { name: 'tags', type: 'belongsToMany', target: 'tags' },
  ]),
])
