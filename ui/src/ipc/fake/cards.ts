/** How conversations look in the fake's inbox: the layouts are kept, and rows stay as shipped. */
import type { CardFieldView, CardLayoutView } from '../bindings';
import type { CommandTable } from './commands';

const FIELDS: CardFieldView[] = [
  { field: 'requester', label: 'Customer', example: 'Maya Lindqvist' },
  { field: 'lastText', label: 'Last text', example: 'Is my order on its way?' },
  { field: 'queue', label: 'Queue', example: 'Front desk' },
  { field: 'waitingSince', label: 'Waits since', example: '' },
];

export function cardCommands(): Pick<CommandTable, 'card_layouts' | 'save_card_layouts'> {
  let layouts: CardLayoutView[] = [];
  return {
    card_layouts: () => ({ layouts, fields: FIELDS }),
    save_card_layouts: (request) => {
      layouts = request.layouts;
      return { layouts, fields: FIELDS };
    },
  };
}
