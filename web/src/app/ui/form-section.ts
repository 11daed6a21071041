import { Component, input } from '@angular/core';

/** Some fields of a form that belong together, under their name; the fields are its content. */
@Component({
  selector: 'app-form-section',
  styles: ':host { display: contents; }',
  template: `
    <section class="card" [attr.aria-label]="title()">
      <h2>{{ title() }}</h2>
      @if (intro()) {
        <p class="muted card-intro">{{ intro() }}</p>
      }
      <div class="form-grid"><ng-content /></div>
    </section>
  `,
})
export class FormSection {
  readonly title = input.required<string>();
  readonly intro = input('');
}
