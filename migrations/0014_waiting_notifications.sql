-- What waits for a person is offered to them as one list (S-10).

CREATE INDEX notification_recipients_waiting ON notification_recipients (person_id, notification_run_id)
    WHERE person_id IS NOT NULL AND next_at IS NOT NULL;
