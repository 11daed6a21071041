import { HttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { appConfig } from '../app.config.ts';

describe('the app', () => {
  it('begins a trace of its own with each request', () => {
    TestBed.configureTestingModule({
      providers: [...appConfig.providers, provideHttpClientTesting()],
    });
    const [http, server] = [TestBed.inject(HttpClient), TestBed.inject(HttpTestingController)];
    const traceparents = ['/api/customers', '/api/products'].map((url) => {
      http.get(url).subscribe();
      return server.expectOne(url).request.headers.get('traceparent');
    });
    for (const traceparent of traceparents)
      expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(traceparents[0]).not.toBe(traceparents[1]);
  });
});
