-- Texts by hours, for long periods: a year has 35,000 quarters of an hour, and each has rows of every agent.

CREATE TABLE text_hours (
    -- text_figures added up, without who of the team wrote.
    hour INTEGER NOT NULL,                              -- hours since 1970-01-01
    writer INTEGER NOT NULL,                            -- 0 requester, 1 agent, 2 virtual agent, 3 elsewhere
    provider_number TEXT NOT NULL,
    channel TEXT NOT NULL,
    texts INTEGER NOT NULL,
    segments INTEGER NOT NULL,                          -- of those without pictures
    pictures INTEGER NOT NULL,                          -- texts that carry pictures
    PRIMARY KEY (hour, writer, provider_number, channel)
) STRICT, WITHOUT ROWID;

INSERT INTO text_hours (hour, writer, provider_number, channel, texts, segments, pictures)
SELECT (quarter - (quarter & 3)) / 4, writer, provider_number, channel, sum(texts), sum(segments), sum(pictures)
FROM text_figures GROUP BY 1, 2, 3, 4;
