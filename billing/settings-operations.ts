import { AuditTrail, AuditTrailQuery } from 'platform/audit';
import { json, type Operations, record, stale } from 'platform/contract';

import { Settings, SettingsInput, SettingsPatch } from './settings-contract.ts';

/** What the company says. */
export const settingsOperations = {
  settings: {
    method: 'get',
    path: '/settings',
    summary: 'What the company says about itself and its invoices',
    responses: { 200: record(Settings) },
  },
  updateSettings: {
    method: 'put',
    path: '/settings',
    summary: 'Replace the settings; issued invoices keep what was said when they were issued',
    request: { ifMatch: true, body: json(SettingsInput) },
    responses: { 200: record(Settings), 412: stale(Settings) },
  },
  patchSettings: {
    method: 'patch',
    path: '/settings',
    summary: 'Change some of the settings; of the seller, too, what is left out stays as it is',
    request: { ifMatch: true, body: json(SettingsPatch) },
    responses: { 200: record(Settings), 412: stale(Settings) },
  },
  settingsHistory: {
    method: 'get',
    path: '/settings/history',
    summary: 'Who changed the settings, when, and what was before and after, newest first',
    request: { query: AuditTrailQuery },
    responses: { 200: json(AuditTrail) },
  },
} as const satisfies Operations;
