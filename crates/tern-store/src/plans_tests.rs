//! Proves with EXPLAIN QUERY PLAN that no list and no search walks over the texts or sorts.

use crate::open::{MIGRATIONS, OpenConfig, open_file};
use crate::{DatabaseKey, FileName};

/// Explains each statement and answers the lines of its plan.
fn plans(statements: &[(&'static str, &str)]) -> Vec<(&'static str, Vec<String>)> {
    let folder = tempfile::tempdir().unwrap();
    let config = OpenConfig::new(
        folder.path().to_owned(),
        FileName::new("account").unwrap(),
        DatabaseKey::from_bytes([1; 32]),
    );
    let opened = open_file(&config, MIGRATIONS).unwrap();
    statements
        .iter()
        .map(|(name, sql)| {
            let mut statement = opened
                .writer
                .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
                .unwrap();
            let lines = statement
                .raw_query()
                .mapped(|row| row.get::<_, String>(3))
                .collect::<Result<_, _>>()
                .unwrap();
            (*name, lines)
        })
        .collect()
}

#[test]
fn no_import_walks_over_the_texts() {
    for (name, lines) in plans(&crate::tables::histories::statements()) {
        for line in &lines {
            assert!(!line.contains("TEMP B-TREE"), "{name}: {lines:#?}");
            // A few hundred imports, in their order.
            let is_allowed = line.starts_with("SCAN history_imports");
            assert!(
                !line.starts_with("SCAN") || is_allowed,
                "{name}: {lines:#?}"
            );
        }
    }
}

#[test]
fn k_1_no_figure_walks_over_the_texts() {
    use crate::tables::figures;
    let statements: Vec<_> = figures::statements()
        .into_iter()
        .chain(figures::activity_statements())
        .chain(figures::behind_statements())
        .chain(figures::follow_statements())
        .collect();
    for (name, lines) in plans(&statements) {
        for line in &lines {
            // Groups are few: agents, topics, reasons. Texts are added up in the order of their key.
            let is_sorted = line.contains("TEMP B-TREE") && !line.contains("GROUP BY");
            assert!(!is_sorted, "{name}: {lines:#?}");
            let sums_texts = name == "figures of texts" && line.contains("TEMP B-TREE");
            assert!(!sums_texts, "{name}: {lines:#?}");
            let is_walk = line.starts_with("SCAN");
            let is_short = ["text_corrections", "message_days", "ran", "CONSTANT ROW"]
                .iter()
                .any(|few| line.starts_with(&format!("SCAN {few}")));
            assert!(!is_walk || is_short, "{name}: {lines:#?}");
        }
    }
}

#[test]
fn no_list_and_no_search_walks_over_the_texts_or_sorts() {
    use crate::search;
    use crate::tables::{
        alerts, bot_sessions, carrier_wipes, conversations, desk, diagnostics, elevations,
        event_log, events, exports, facts, glances, interactions, journal, media, media_fetches,
        messages, messaging_actions, notes, notices, notification_recipients, notification_runs,
        notifications, outbox, past, people, profiles, records, retention, retention_writes,
        routing_config, subscriptions, threads, timers, topics, verifications, work_items,
        wrap_ups,
    };
    let statements = [
        ("sound of a queue", alerts::QUEUE_SOUND),
        ("list conversations", conversations::LIST),
        ("load a conversation", conversations::LOAD),
        ("how many the virtual agent has", conversations::WITH_BOT),
        ("older texts", threads::OLDER),
        ("newer texts", threads::NEWER),
        ("older texts by time", threads::OLDER_WOVEN),
        ("newer texts by time", threads::NEWER_WOVEN),
        ("order of a thread", threads::IS_WOVEN),
        ("time of a place in a thread", threads::TIME_OF),
        ("first text by time", threads::WOVEN_SINCE),
        ("newest text by time", threads::WOVEN_NEWEST),
        ("first unread text", threads::FIRST_UNREAD),
        ("text by id", messages::FIND_BY_ID),
        ("text by sid", messages::FIND_BY_SID),
        ("unsettled texts", messages::UNSETTLED),
        ("first text since a day", threads::FIRST_FROM),
        ("newest text of a thread", threads::NEWEST),
        ("first position since a day", threads::FIRST_POSITION_SINCE),
        ("search", search::SEARCH),
        ("count hits", search::COUNT),
        ("count hits that fit", search::COUNT_FITTING),
        ("times of hits", search::TIMES),
        ("search notes", search::NOTES),
        ("count notes", search::COUNT_NOTES),
        ("conversations with a topic", search::WITH_TOPIC),
        ("conversations with unread texts", search::UNREAD),
        ("up to where nothing is unread", search::LEAST_READ),
        ("conversations with failed texts", search::FAILED),
        ("conversations of a list", search::IN_LIST),
        ("conversations that sleep", search::SNOOZED),
        ("days to positions", search::DAY_RANGE),
        ("conversations by fragment", search::BY_FRAGMENT),
        ("timeline", events::TIMELINE),
        ("log of a conversation", event_log::LOG_OF_CONVERSATION),
        ("size of a conversation", exports::SIZE),
        ("size of its pictures", exports::MEDIA_SIZE),
        ("notes in order", notes::AFTER),
        ("latest interaction", interactions::LATEST),
        ("journal", journal::WAITING),
        ("media of a text", media::OF_MESSAGE),
        ("media of a draft", media::OF_DRAFT),
        ("media of a page", glances::OF_PAGE),
        ("media to fetch", media_fetches::DUE),
        ("texts with pictures of the past", past::WITH_PICTURES),
        ("pictures in order", past::PICTURES_AFTER),
        ("oldest day", past::OLDEST_DAY),
        ("open outbox", outbox::OPEN),
        ("texts without a row", outbox::VOUCHED),
        (
            "open outbox of a conversation",
            outbox::OPEN_OF_CONVERSATION,
        ),
        ("words that the carrier has to forget", carrier_wipes::DUE),
        ("due timers", timers::DUE),
        ("session of the virtual agent", bot_sessions::SESSION),
        ("hand-over", bot_sessions::HANDOVER),
        ("requests of the virtual agent", bot_sessions::REQUESTS),
        ("events of a person", events::OF_AGGREGATE),
        ("verification of a person", verifications::ONE),
        ("who is locked", verifications::LOCKED),
        ("who is enrolled", verifications::ALL),
        ("link of a number", elevations::LINK),
        ("links of a person", elevations::LINKS_OF),
        ("what is proved", elevations::ELEVATION),
        ("all that is proved", elevations::ELEVATIONS),
        ("what messaging actions watch", messaging_actions::TRACKERS),
        ("snoozed conversations", desk::SNOOZED),
        ("who wants help", desk::HELP_WANTED),
        ("what views look at", facts::OPEN),
        ("what wide views look at", facts::EVERYTHING),
        ("what conditions ask about", facts::ONE),
        ("notes", notes::OF_CONVERSATION),
        ("notices", notices::OF_AGENT),
        ("routing config", routing_config::CONFIG),
        ("presence", routing_config::PRESENCE),
        ("open work", work_items::OPEN),
        ("assigned work", work_items::ASSIGNED),
        (
            "open work of a conversation",
            work_items::OPEN_OF_CONVERSATION,
        ),
        ("last accepted", work_items::LAST_ACCEPTED),
        ("how long work waited", work_items::PAST_WAITS),
        ("work without an item", work_items::WITHOUT_ITEM),
        ("wrap-ups of a conversation", wrap_ups::OF_CONVERSATION),
        ("old wrap-ups", wrap_ups::OLDER),
        ("notes of a wrap-up", wrap_ups::NOTES),
        ("diagnostics", diagnostics::LIST),
        ("people", people::PAGE),
        ("person", people::LOAD),
        ("users of a number", people::USERS_OF),
        ("holders of a number", people::HOLDERS_OF),
        ("addresses of a person", people::ADDRESSES_OF),
        ("active profile", profiles::ACTIVE),
        ("profiles of a person", profiles::OF_PERSON),
        ("conversations with an address", profiles::CONVERSATIONS_OF),
        ("topics", topics::ALL),
        ("versions of a topic", topics::VERSIONS),
        ("published topics", topics::PUBLISHED),
        ("topics that conversations run with", topics::RUNNING),
        ("tests of a topic", topics::TESTS),
        ("figures of a topic", topics::COUNTS),
        ("tables", records::TABLES),
        ("newest text that is known", retention::NEWEST_KNOWN),
        ("where old texts are", retention::SPAN),
        ("first live text", retention::FIRST_LIVE_SINCE),
        ("old texts", retention::OLD),
        ("an old text", retention::OLD_ONE),
        ("may a conversation lose texts", retention::FACTS),
        ("pictures of an old text", retention::PICTURES),
        ("old notes", retention::OLD_NOTES),
        ("days without texts", retention_writes::EMPTY_DAYS),
        ("newest text that is left", retention_writes::NEWEST_LEFT),
        ("rows by value", records::BY_CELL),
        ("how telling a value is", records::CELLS_LIKE),
        ("rows of a table", records::PAGE),
        ("how many rows", records::COUNT),
        ("row by key", records::BY_KEY),
        ("subscription", subscriptions::SUBSCRIPTION),
        ("consents", subscriptions::CONSENTS),
        ("notifications", notifications::NOTIFICATIONS),
        ("notifications of a table", notifications::WATCHING),
        ("runs of a notification", notification_runs::RUNS),
        ("runs that are due", notification_runs::RUNS_DUE),
        (
            "recipients whose turn it is",
            notification_recipients::RECIPIENTS_DUE,
        ),
        ("recipients of a run", notification_recipients::RECIPIENTS),
        (
            "recipients in a state",
            notification_recipients::RECIPIENTS_IN,
        ),
        (
            "how many recipients stand where",
            notification_recipients::RECIPIENT_COUNTS,
        ),
        ("what a person got", notification_recipients::SENT_TO),
        (
            "what waits for a person",
            notification_recipients::WAITING_FOR,
        ),
        ("what was sent today", notification_recipients::SENT_SINCE),
        ("who wants notifications", notification_runs::SUBSCRIBERS),
    ];
    // A walk is fine over the search index's hits, over a partial index that holds only what is asked for, and
    // over a narrow covering index of conversations.
    let allowed_scans = [
        "SCAN messages_fts VIRTUAL TABLE",
        "SCAN notes_fts VIRTUAL TABLE",
        "SCAN outbox USING INDEX outbox_open",
        "SCAN conversations USING COVERING INDEX conversations_by_search",
        "SCAN conversations USING COVERING INDEX conversations_unread",
        "SCAN conversations USING INDEX conversations_unread",
        "SCAN messages USING COVERING INDEX messages_failed",
        "SCAN messages USING INDEX messages_failed",
        "SCAN diagnostics",
        // A handful of rows, in their order.
        "SCAN messaging_actions USING INDEX messaging_actions_by_place",
        // One row per agent, and one per thing configured.
        "SCAN presence",
        "SCAN routing_config",
        "SCAN w USING INDEX work_items_open",
        "SCAN i USING INDEX interactions_one_active",
        "SCAN interactions USING INDEX interactions_wrapping",
        // A few dozen topics, and one session per conversation that the virtual agent has.
        "SCAN topics USING INDEX",
        "SCAN record_tables USING INDEX record_tables_by_place",
        "SCAN bot_sessions",
        // A few of the conversations that the virtual agent has.
        "SCAN elevations",
        "SCAN bot_requests USING INDEX bot_requests_by_age",
        "SCAN frame VIRTUAL TABLE",
        // The texts of one page.
        "SCAN asked VIRTUAL TABLE",
        // A few dozen definitions.
        "SCAN notifications USING INDEX notifications_by_place",
        // At most 200 cells are counted.
        "SCAN (subquery-1)",
    ];
    for (name, lines) in plans(&statements) {
        for line in &lines {
            assert!(!line.contains("TEMP B-TREE"), "{name}: {lines:#?}");
            let is_walk = line.starts_with("SCAN");
            let is_allowed = allowed_scans.iter().any(|start| line.starts_with(start));
            assert!(!is_walk || is_allowed, "{name}: {lines:#?}");
        }
    }
}

/// A topic has many runs, and an interaction few topics.
#[test]
fn whether_a_topic_ran_is_looked_up_by_the_interaction() {
    use crate::search::{COUNT_FITTING, COUNT_NOTES, NOTES, SEARCH, TIMES};
    let statements = [
        ("search", SEARCH),
        ("count hits that fit", COUNT_FITTING),
        ("times of hits", TIMES),
        ("search notes", NOTES),
        ("count notes", COUNT_NOTES),
    ];
    for (name, lines) in plans(&statements) {
        let at = |start: &str| lines.iter().position(|line| line.starts_with(start));
        assert!(
            at("SEARCH run ") < at("SEARCH bot_figures "),
            "{name}: {lines:#?}"
        );
        let of_topics = lines
            .iter()
            .find(|line| line.starts_with("SEARCH bot_figures "));
        assert!(
            of_topics.is_some_and(|line| line.contains("opened_at=? AND interaction_id=?")),
            "{name}: {lines:#?}"
        );
    }
}

/// Whoever looks at fifty texts must not read the pictures of all others.
#[test]
fn pictures_of_a_page_are_looked_up_by_the_text() {
    for (name, lines) in plans(&[("media of a page", crate::tables::glances::OF_PAGE)]) {
        let by = |index: &str| lines.iter().any(|line| line.contains(index));
        assert!(
            by("SEARCH messages USING INTEGER PRIMARY KEY"),
            "{name}: {lines:#?}"
        );
        assert!(
            by("SEARCH media USING INDEX media_by_message"),
            "{name}: {lines:#?}"
        );
        assert!(!by("AUTOMATIC"), "{name}: {lines:#?}");
    }
}
