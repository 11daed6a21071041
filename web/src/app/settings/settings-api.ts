import { httpResource } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import { Settings, type SettingsInput } from 'billing/settings-contract';
import { AuditTrail } from 'platform/audit';

import { Api } from '../api/api.ts';
import { ledger } from '../ui/ledger.ts';

const URL = '/api/settings';

/** What the company says about itself, behind the gateway. */
@Service()
export class SettingsApi {
  readonly #api = inject(Api);

  read() {
    return httpResource(() => URL, { parse: (body) => Settings.parse(body) });
  }

  /** Who changed the settings, asked again for each version. */
  history(settings: () => Settings | undefined) {
    return ledger(() => settings() && `${URL}/history`, AuditTrail);
  }

  update({ version }: Settings, input: SettingsInput): Promise<Settings> {
    return this.#api.write({ method: 'PUT', url: URL, body: input, version }, Settings);
  }
}
