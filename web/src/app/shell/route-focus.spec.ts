import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router, RouterOutlet } from '@angular/router';

import { RouteFocus } from './route-focus.ts';

@Component({ template: '<h1 tabindex="-1">Page</h1>' })
class Page {}

@Component({ imports: [RouterOutlet], template: '<main id="content"><router-outlet /></main>' })
class Shell {}

function start() {
  const slow = { path: 'slow', component: Page, resolve: { data: () => new Promise(() => {}) } };
  const routes = [slow, { path: '**', component: Page }];
  TestBed.configureTestingModule({ providers: [provideRouter(routes)] });
  const shell = TestBed.createComponent(Shell);
  document.body.append(shell.nativeElement);
  TestBed.inject(RouteFocus);
  return { shell, router: TestBed.inject(Router) };
}

describe('RouteFocus', () => {
  it('leaves the focus alone when the first page is there', async () => {
    const { shell, router } = start();
    await router.navigateByUrl('/a');
    await shell.whenStable();
    expect(document.activeElement).toBe(document.body);
  });

  it('focuses the heading of the second page, though the first never came', async () => {
    const { shell, router } = start();
    void router.navigateByUrl('/slow');
    await router.navigateByUrl('/b');
    await shell.whenStable();
    expect(document.activeElement?.tagName).toBe('H1');
  });
});
