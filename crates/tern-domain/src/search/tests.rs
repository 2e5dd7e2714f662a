//! What is understood of what is typed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn anna() -> AgentId {
    AgentId::new(Uuid::from_u128(1))
}

fn team() -> Vec<(AgentId, String)> {
    vec![
        (anna(), "Anna Berg".to_owned()),
        (AgentId::new(Uuid::from_u128(2)), "Annabel".to_owned()),
        (AgentId::new(Uuid::from_u128(3)), "Ben".to_owned()),
    ]
}

fn topics() -> Vec<(String, String)> {
    [
        ("opening_hours", "Opening hours"),
        ("returns", "Send something back"),
        ("returns_status", "Where is my return?"),
    ]
    .map(|(name, title)| (name.to_owned(), title.to_owned()))
    .to_vec()
}

/// A Wednesday.
fn now() -> Zoned {
    date(2026, 3, 18)
        .at(15, 0, 0, 0)
        .to_zoned(TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC))
        .unwrap()
}

fn read(text: &str) -> SearchText {
    let team = team();
    let vocabulary = Vocabulary {
        me: anna(),
        agents: &team,
        topics: &topics(),
    };
    read_search(text, vocabulary, &now())
}

fn terms(text: &str) -> Vec<String> {
    read(text)
        .terms
        .iter()
        .map(|term| {
            let minus = if term.is_excluded { "-" } else { "" };
            let star = if term.is_open { "*" } else { "" };
            format!("{minus}{}{star}", term.words)
        })
        .collect()
}

fn day(at: Option<UtcMillis>) -> String {
    let at = Timestamp::from_millisecond(at.unwrap().0).unwrap();
    at.to_zoned(now().time_zone().clone()).date().to_string()
}

#[test]
fn the_last_word_is_open_until_a_space_ends_it() {
    assert_eq!(terms("red sho"), ["red", "sho*"]);
    assert_eq!(terms("red "), ["red"]);
    assert_eq!(terms("red sho from:us"), ["red", "sho"]);
}

#[test]
fn quotes_keep_words_together_and_a_minus_turns_them_round() {
    assert_eq!(terms("NOT \"thank you\" AND"), ["NOT", "thank you", "AND*"]);
    assert_eq!(terms("a \"half open"), ["a", "half open"]);
    assert_eq!(
        terms("red -shoes -\"thank you\" -5 -"),
        ["red", "-shoes", "-thank you", "-5"]
    );
    assert_eq!(terms("?! * \" "), Vec::<String>::new());
    assert!(!read(" ?! ").is_question());
}

#[test]
fn operators_stand_anywhere_and_say_what_they_mean() {
    let reading = read("refund from:customer has:image -late number:+1555-0142");
    assert_eq!(terms("refund from:customer"), ["refund"]);
    assert_eq!(reading.filters.sender, Some(Sender::Requester));
    assert_eq!(reading.filters.has_picture, Some(true));
    assert_eq!(reading.filters.number.as_deref(), Some("15550142"));
    let words: Vec<_> = reading.parts.iter().map(|part| &*part.words).collect();
    assert_eq!(
        words,
        ["From customers", "With picture", "Number with +1555-0142"]
    );
    assert_eq!(
        reading.parts[0].without,
        "refund has:image -late number:+1555-0142"
    );
    assert_eq!(read("-has:image").filters.has_picture, Some(false));
    assert_eq!(read("STATE:Done").filters.state, Some(SearchState::Done));
    assert_eq!(
        read("person:\"ada love\"").filters.person.as_deref(),
        Some("ada love")
    );
}

#[test]
fn agents_are_named_by_the_beginning_of_a_name() {
    assert_eq!(read("from:me").filters.sender, Some(Sender::Agent(anna())));
    assert_eq!(
        read("agent:berg").filters.sender,
        Some(Sender::Agent(anna()))
    );
    assert_eq!(
        read("from:\"anna berg\"").filters.sender,
        Some(Sender::Agent(anna()))
    );
    assert!(matches!(
        read("agent:ann").problems[0],
        SearchProblem::SeveralCalled { .. }
    ));
    assert!(matches!(
        read("agent:zoe x").problems[0],
        SearchProblem::NobodyCalled { .. }
    ));
    // agent: asks for a person; the virtual agent is none.
    assert!(matches!(
        read("agent:bot").problems[0],
        SearchProblem::NobodyCalled { .. }
    ));
}

#[test]
fn topics_are_named_by_either_of_their_names() {
    let topic = |text: &str| read(text).filters.topic;
    assert_eq!(topic("topic:returns").as_deref(), Some("returns"));
    assert_eq!(
        topic("topic:\"opening hours\"").as_deref(),
        Some("opening_hours")
    );
    assert_eq!(topic("topic:back").as_deref(), Some("returns"));
    assert_eq!(read("topic:hours").parts[0].words, "Topic Opening hours");
    assert!(matches!(
        read("topic:return x").problems[0],
        SearchProblem::SeveralTopics { .. }
    ));
    assert!(matches!(
        read("topic:pizza x").problems[0],
        SearchProblem::NoTopicCalled { .. }
    ));
}

#[test]
fn notes_are_a_kind_of_their_own() {
    let reading = read("umbrella is:note");
    assert!(reading.filters.is_note);
    assert_eq!(reading.parts[0].words, "Notes");
    assert!(read("is:note").is_question());
    assert!(read("is:unread").filters.is_unread);
    assert!(read("IS:Failed").filters.is_failed);
    assert!(matches!(
        read("is:purple x").problems[0],
        SearchProblem::UnknownValue { .. }
    ));
    assert!(matches!(
        read("-is:note x").problems[0],
        SearchProblem::NotExcludable { .. }
    ));
}

#[test]
fn scripts_without_spaces_are_looked_for_and_bounded_by_their_letters() {
    assert_eq!(terms("東京 -大阪 タワー"), ["東京", "-大阪", "タワー*"]);
    // A mark alone is something to look for, too.
    assert_eq!(terms("\u{0E49}"), ["\u{0E49}*"]);
    let reading = read(&"東".repeat(900));
    assert_eq!(reading.problems, [SearchProblem::TooLong]);
    assert_eq!(reading.terms[0].words.chars().count(), MOST_WORDS * 4);
    let mixed = read(&"iPhone坏了".repeat(90));
    assert_eq!(mixed.problems, [SearchProblem::TooLong]);
    assert!(mixed.terms[0].words.starts_with("iPhone 坏了 iPhone"));
}

#[test]
fn days_are_those_that_people_mean() {
    let spans = [
        ("today", "2026-03-18", "2026-03-19"),
        ("yesterday", "2026-03-17", "2026-03-18"),
        ("wed", "2026-03-18", "2026-03-19"),
        ("thursday", "2026-03-12", "2026-03-13"),
        ("2026-03-01", "2026-03-01", "2026-03-02"),
        ("2025-02", "2025-02-01", "2025-03-01"),
        ("2025", "2025-01-01", "2026-01-01"),
        ("1.3.", "2026-03-01", "2026-03-02"),
        ("24.12.", "2025-12-24", "2025-12-25"),
        ("24.12.24", "2024-12-24", "2024-12-25"),
        ("3 mar", "2026-03-03", "2026-03-04"),
        ("mar-3", "2026-03-03", "2026-03-04"),
        ("3rd march 2024", "2024-03-03", "2024-03-04"),
        ("march", "2026-03-01", "2026-04-01"),
        ("december", "2025-12-01", "2026-01-01"),
        ("march 2024", "2024-03-01", "2024-04-01"),
        ("7d", "2026-03-11", "2026-03-19"),
        ("last week", "2026-03-09", "2026-03-16"),
        ("last 3 months", "2025-12-18", "2026-03-19"),
        ("last month", "2026-02-01", "2026-03-01"),
    ];
    for (text, first, end) in spans {
        let span = read_days(text, date(2026, 3, 18));
        let span = span.map(|span| (span.first.to_string(), span.end.to_string()));
        assert_eq!(span, Some((first.to_owned(), end.to_owned())), "{text}");
    }
    for text in ["", "soon", "3/4/2026", "31.2.", "0d", "99999d", "2026-13"] {
        assert_eq!(read_days(text, date(2026, 3, 18)), None, "{text}");
    }
}

#[test]
fn dates_become_instants_in_the_time_zone_and_meet() {
    let reading = read("after:2026-03-02 before:yesterday");
    assert_eq!(day(reading.filters.from), "2026-03-02");
    assert_eq!(day(reading.filters.until), "2026-03-17");
    assert_eq!(reading.problems, []);
    let on = read("on:2026-03");
    assert_eq!(day(on.filters.from), "2026-03-01");
    assert_eq!(day(on.filters.until), "2026-04-01");
    assert_eq!(read("on:2025 on:2024").problems, [SearchProblem::NoDayLeft]);
}

#[test]
fn nonsense_is_told_and_the_rest_still_searches() {
    let reading = read("shoes has:elephants before:soon state:x number:abc -from:us from: red");
    assert_eq!(reading.terms.len(), 2);
    assert_eq!(reading.problems.len(), 6);
    assert_eq!(reading.filters, SearchFilters::default());
    for problem in &reading.problems {
        assert!(problem.to_string().len() < 160, "{problem}");
    }
    // What is only not finished is no nonsense yet.
    assert_eq!(read("shoes from:").problems, []);
    // No operator of ours.
    assert_eq!(terms("https://a.b Re: x"), ["https://a.b", "Re:", "x*"]);
}

#[test]
fn a_pasted_page_is_cut_and_told() {
    let page = "word \"and a phrase\" ".repeat(600);
    let reading = read(&page);
    assert!(reading.terms.len() <= MOST_WORDS);
    assert_eq!(reading.problems, [SearchProblem::TooLong]);
    let phrase = format!("\"{}\"", "a b ".repeat(2500));
    let reading = read(&phrase);
    assert_eq!(reading.terms[0].words, "a b a b a b a b a b a b a b a b");
}

#[test]
fn what_is_being_typed_is_completed() {
    let team = team();
    let offers = |text: &str| {
        let vocabulary = Vocabulary {
            me: anna(),
            agents: &team,
            topics: &topics(),
        };
        suggest(text, vocabulary)
            .into_iter()
            .map(|it| it.text)
            .collect::<Vec<_>>()
    };
    assert_eq!(offers("").len(), Operator::ALL.len());
    assert_eq!(offers("red ag"), ["red agent:"]);
    assert_eq!(offers("red -h"), ["red -has:"]);
    assert_eq!(
        offers("from:b"),
        ["from:bot ", "from:\"Anna Berg\" ", "from:Ben "]
    );
    assert_eq!(offers("state:s"), ["state:snoozed "]);
    assert_eq!(offers("is:"), ["is:note ", "is:unread ", "is:failed "]);
    assert_eq!(
        offers("topic:ret"),
        ["topic:returns ", "topic:returns_status "]
    );
    assert_eq!(offers("topic:some"), ["topic:returns "]);
    assert_eq!(offers("red "), Vec::<String>::new());
    assert_eq!(offers("\"red fr"), Vec::<String>::new());
    for text in offers("x from:an") {
        assert_eq!(read(&text).problems, [], "{text}");
    }
}

proptest! {
    #[test]
    fn whatever_is_typed_is_read_and_bounded(
        text in r#"([a-zäé中 "\-:.0-9]{0,3}|from:|on:|-has:|number:|"|[^\x00]{0,4}){0,200}"#,
    ) {
        let reading = read(&text);
        let words: usize = reading
            .terms
            .iter()
            .map(|term| term.words.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).count())
            .sum();
        prop_assert!(words <= MOST_WORDS);
        for part in &reading.parts {
            prop_assert!(part.without.len() <= text.len() + 1);
        }
        let open = reading.terms.iter().filter(|term| term.is_open).count();
        prop_assert!(open <= 1);
        let team = team();
        let _ = suggest(&text, Vocabulary { me: anna(), agents: &team, topics: &topics() });
    }
}
