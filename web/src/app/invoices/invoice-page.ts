import { Component } from '@angular/core';
@Component({ selector: 'app-invoice-page', template: '' })
export class InvoicePage {}
