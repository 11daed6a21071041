import { contract, json, problem } from 'platform/contract';
import { z } from 'zod';

export const customer = {
  id: '0197a3c2-0000-7000-8000-000000000001',
  version: 3,
  name: 'Menuiserie Dubois',
  email: 'contact@dubois.example',
  phone: '+33 4 72 00 00 00',
  street: '12 rue de la République',
  postalCode: '69001',
  city: 'Lyon',
  country: 'FR',
  siren: '732829320',
  vatNumber: 'FR44732829320',
  createdAt: '2026-01-05T09:00:00.000Z',
  updatedAt: '2026-11-20T16:30:00.000Z',
};

/** As a record of ours is checked: no field is only a string. */
export const Customer = z.object({
  id: z.uuid(),
  version: z.int(),
  name: z.string().min(1).max(200),
  email: z.email().max(200),
  phone: z.string().max(40),
  street: z.string().max(200),
  postalCode: z.string().max(20),
  city: z.string().max(100),
  country: z.string().regex(/^[A-Z]{2}$/),
  siren: z.string().regex(/^(\d{9})?$/),
  vatNumber: z.string().regex(/^([A-Z]{2}[0-9A-Z+*.]{2,13})?$/),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export const customers = contract('customer-service', {
  get: {
    method: 'get',
    path: '/customers/{id}',
    request: { params: z.object({ id: z.uuid() }) },
    responses: { 200: json(Customer), 404: problem },
  },
});
