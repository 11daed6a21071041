import { contract } from 'platform/contract';
import { forget, references } from 'platform/references';

import { creditOperations } from './credit-operations.ts';
import { draftOperations } from './draft-operations.ts';
import { figureOperations } from './figure-operations.ts';
import { issueOperations } from './issue-operations.ts';
import { settingsOperations } from './settings-operations.ts';

/** Every operation of billing; each file has those of one subject, `*-contract.ts` their schemas. */
export const invoices = contract('billing-service', {
  ...draftOperations,
  ...issueOperations,
  ...creditOperations,
  ...settingsOperations,
  references,
  forget,
  ...figureOperations,
});
