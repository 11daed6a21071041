import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';

import { apiParams } from './list-query.ts';
import { listUrl } from './list-url.ts';

@Component({ template: '' })
class List {
  readonly list = listUrl({ sort: 'name', filters: ['status'] });
}

/** Opens when the test says so. */
const slow = Promise.withResolvers<boolean>();
const routes = [
  { path: '', component: List },
  { path: 'slow', component: List, resolve: { ready: () => slow.promise } },
];

async function open(url: string) {
  TestBed.configureTestingModule({ providers: [provideRouter(routes)] });
  const harness = await RouterTestingHarness.create();
  const { list } = await harness.navigateByUrl(url, List);
  const settle = () => harness.fixture.whenStable();
  return { list, router: TestBed.inject(Router), settle };
}

describe('listUrl()', () => {
  it('reads search, sort, page, size and filters from the address', async () => {
    const { list } = await open('/?q=dur&sort=-city&page=2&size=50&status=open&other=1');
    expect(list.query()).toEqual({
      q: 'dur',
      sort: '-city',
      page: 2,
      size: 50,
      filters: { status: 'open' },
    });
    expect(list.isNarrowed()).toBe(true);
  });

  it('takes nonsense for what is missing', async () => {
    const { list } = await open('/?page=-1&size=1000');
    expect(list.query()).toEqual({ q: '', sort: 'name', page: 0, size: 20, filters: {} });
    expect(list.isNarrowed()).toBe(false);
  });

  it('goes back to the first page when the search changes', async () => {
    const { list, router, settle } = await open('/?page=3&sort=-city');
    list.change({ q: 'lyon' });
    await settle();
    expect(router.url).toBe('/?sort=-city&q=lyon');
    expect(list.query().page).toBe(0);
  });

  it('keeps everything else when the page is turned', async () => {
    const { list, router, settle } = await open('/?q=lyon');
    list.change({ page: 1 });
    await settle();
    expect(router.url).toBe('/?q=lyon&page=1');
  });

  it('leaves defaults out of the address', async () => {
    const { list, router, settle } = await open('/?q=lyon&sort=-city&status=open');
    list.change({ q: '', sort: 'name', status: '' });
    await settle();
    expect(router.url).toBe('/');
  });

  it('sends what the API takes', async () => {
    const { list } = await open('/?status=open');
    expect(apiParams(list.query())).toEqual({
      sort: 'name',
      page: '0',
      size: '20',
      status: 'open',
    });
  });

  it('lets a page that is on its way come, whatever is searched meanwhile', async () => {
    const { list, router } = await open('/');
    const arrived = router.navigateByUrl('/slow');
    list.change({ q: 'dur' }, { replace: true });
    slow.resolve(true);
    expect(await arrived).toBe(true);
    expect(router.url).toBe('/slow');
  });
});
