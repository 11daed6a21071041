import { type EnvironmentProviders, inject, provideEnvironmentInitializer } from '@angular/core';
import { MatIconRegistry } from '@angular/material/icon';
import { DomSanitizer } from '@angular/platform-browser';
import add from '@material-symbols/svg-400/outlined/add.svg';
import archive from '@material-symbols/svg-400/outlined/archive.svg';
import arrow_back from '@material-symbols/svg-400/outlined/arrow_back.svg';
import arrow_downward from '@material-symbols/svg-400/outlined/arrow_downward.svg';
import arrow_upward from '@material-symbols/svg-400/outlined/arrow_upward.svg';
import block from '@material-symbols/svg-400/outlined/block.svg';
import check from '@material-symbols/svg-400/outlined/check.svg';
import check_circle from '@material-symbols/svg-400/outlined/check_circle.svg';
import chevron_left from '@material-symbols/svg-400/outlined/chevron_left.svg';
import chevron_right from '@material-symbols/svg-400/outlined/chevron_right.svg';
import close from '@material-symbols/svg-400/outlined/close.svg';
import cloud_off from '@material-symbols/svg-400/outlined/cloud_off.svg';
import content_copy from '@material-symbols/svg-400/outlined/content_copy.svg';
import contrast from '@material-symbols/svg-400/outlined/contrast.svg';
import dark_mode from '@material-symbols/svg-400/outlined/dark_mode.svg';
import deleteIcon from '@material-symbols/svg-400/outlined/delete.svg';
import download from '@material-symbols/svg-400/outlined/download.svg';
import edit from '@material-symbols/svg-400/outlined/edit.svg';
import edit_note from '@material-symbols/svg-400/outlined/edit_note.svg';
import error from '@material-symbols/svg-400/outlined/error.svg';
import explore_off from '@material-symbols/svg-400/outlined/explore_off.svg';
import group from '@material-symbols/svg-400/outlined/group.svg';
import home from '@material-symbols/svg-400/outlined/home.svg';
import inbox from '@material-symbols/svg-400/outlined/inbox.svg';
import inventory_2 from '@material-symbols/svg-400/outlined/inventory_2.svg';
import lan from '@material-symbols/svg-400/outlined/lan.svg';
import light_mode from '@material-symbols/svg-400/outlined/light_mode.svg';
import money_off from '@material-symbols/svg-400/outlined/money_off.svg';
import more_vert from '@material-symbols/svg-400/outlined/more_vert.svg';
import open_in_new from '@material-symbols/svg-400/outlined/open_in_new.svg';
import payments from '@material-symbols/svg-400/outlined/payments.svg';
import person_off from '@material-symbols/svg-400/outlined/person_off.svg';
import print from '@material-symbols/svg-400/outlined/print.svg';
import receipt_long from '@material-symbols/svg-400/outlined/receipt_long.svg';
import schedule from '@material-symbols/svg-400/outlined/schedule.svg';
import search from '@material-symbols/svg-400/outlined/search.svg';
import settings from '@material-symbols/svg-400/outlined/settings.svg';
import translate from '@material-symbols/svg-400/outlined/translate.svg';
import tune from '@material-symbols/svg-400/outlined/tune.svg';
import unarchive from '@material-symbols/svg-400/outlined/unarchive.svg';
import undo from '@material-symbols/svg-400/outlined/undo.svg';
import unfold_more from '@material-symbols/svg-400/outlined/unfold_more.svg';
import warning from '@material-symbols/svg-400/outlined/warning.svg';

const ICONS = {
  add,
  arrow_back,
  arrow_downward,
  arrow_upward,
  /** Keeps the place of an icon in a menu. */
  blank: '<svg viewBox="0 0 24 24"></svg>',
  block,
  check,
  check_circle,
  chevron_left,
  chevron_right,
  close,
  cloud_off,
  content_copy,
  contrast,
  dark_mode,
  delete: deleteIcon,
  edit,
  edit_note,
  error,
  explore_off,
  group,
  inbox,
  inventory_2,
  lan,
  light_mode,
  open_in_new,
  payments,
  print,
  receipt_long,
  schedule,
  search,
  translate,
  tune,
  unfold_more,
  archive,
  unarchive,
  more_vert,
  person_off,
  home,
  settings,
  download,
  undo,
  money_off,
  warning,
};
export type IconName = keyof typeof ICONS;

/** Gives `mat-icon` the drawings that the app uses; they are part of the bundle. */
export function provideIcons(): EnvironmentProviders {
  return provideEnvironmentInitializer(() => {
    const registry = inject(MatIconRegistry);
    const sanitizer = inject(DomSanitizer);
    for (const [name, markup] of Object.entries(ICONS)) {
      registry.addSvgIconLiteral(name, sanitizer.bypassSecurityTrustHtml(markup));
    }
  });
}
