/** Notifications of the fake backend: definitions are kept, nothing is sent. */
import type { NotificationDraft, NotificationRow, NotificationsView, RunView } from '../bindings';
import { refuse, type CommandTable } from './commands';

type NotificationCommands = Pick<
  CommandTable,
  | 'list_notifications'
  | 'save_notification'
  | 'delete_notification'
  | 'save_notification_settings'
  | 'preview_notification'
  | 'send_notification'
  | 'notification_runs'
  | 'pause_run'
  | 'resume_run'
  | 'run_results'
  | 'export_run'
>;

export function notificationCommands(): NotificationCommands {
  const nothingSent = (): never => refuse('notAllowed', 'Nothing is sent in this demonstration.');
  const view: NotificationsView = {
    notifications: [],
    tables: [],
    topics: [],
    providers: ['+18335550100'],
    settings: { quietFrom: null, quietTo: null, mostAnHour: 10, segmentPrice: '' },
    defaultHeading: 'You have a notification. You can go on here afterwards.',
  };
  const rowOf = (notification: NotificationDraft): NotificationRow => ({ notification, when: 'When somebody here says that it happened.', lastRun: null });
  const runs: RunView[] = [];
  return {
    list_notifications: () => view,
    save_notification: (draft) => {
      const known = view.notifications.some((row) => row.notification.id === draft.id);
      view.notifications = known ? view.notifications.map((row) => (row.notification.id === draft.id ? rowOf(draft) : row)) : [...view.notifications, rowOf(draft)];
      return view;
    },
    delete_notification: ({ id }) => {
      view.notifications = view.notifications.filter((row) => row.notification.id !== id);
      return { view, undo: 'fake' };
    },
    save_notification_settings: (settings) => {
      view.settings = settings;
      return view;
    },
    preview_notification: ({ notification }) => ({
      problem: '',
      text: [notification.heading, notification.text].filter((line) => line !== '').join('\n'),
      picture: null,
      encoding: 'gsm7',
      segments: 1,
      recipients: [],
      total: 0,
      sent: 0,
      waiting: 0,
      refused: 0,
      allSegments: 0,
      price: null,
      allPrices: null,
    }),
    send_notification: nothingSent,
    notification_runs: () => runs,
    pause_run: nothingSent,
    resume_run: nothingSent,
    run_results: nothingSent,
    export_run: nothingSent,
  };
}
