-- What waited in a queue and was given to somebody, the newest first: what a wait is estimated by (H-5).

CREATE INDEX work_items_past_waits ON work_items (json_extract(document, '$.queue'), queued_at)
    WHERE accepted_at IS NOT NULL OR json_extract(document, '$.cancel_reason') = 'manually_assigned';
