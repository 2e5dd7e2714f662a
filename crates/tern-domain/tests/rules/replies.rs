//! H-8: canned replies.

use proptest::prelude::*;
use tern_domain::replies::{
    CannedReply, ReplyProblem, ReplyValue, ValueSheet, check_replies, check_reply, check_template,
    find_blanks, render_reply, shipped_replies,
};
use tern_domain::segments::measure;

fn reply(short_name: &str, body: &str) -> CannedReply {
    CannedReply {
        id: short_name.to_owned(),
        short_name: short_name.to_owned(),
        title: "A title".to_owned(),
        body: body.to_owned(),
    }
}

fn maya() -> ValueSheet {
    ValueSheet::default().with(ReplyValue::CustomerName, "Maya")
}

#[test]
fn h_8_a_reply_is_filled_in_with_what_is_known() {
    let text = render_reply("Hi {{ customer_name }}!", &maya()).unwrap();
    assert_eq!(text, "Hi Maya!");
}

#[test]
fn h_8_an_empty_name_has_its_fallback() {
    for body in [
        "Hi {{ customer_name or 'there' }}",
        "Hi {{ customer_name | default('there') }}",
        "Hi {% if customer_name %}{{ customer_name }}{% else %}there{% endif %}",
    ] {
        let nobody = ValueSheet::default().with(ReplyValue::CustomerName, "  ");
        assert_eq!(render_reply(body, &nobody).unwrap(), "Hi there", "{body}");
        assert_eq!(render_reply(body, &maya()).unwrap(), "Hi Maya", "{body}");
    }
}

#[test]
fn h_8_what_is_not_known_stays_as_a_blank_that_can_be_found() {
    let text = render_reply(
        "Hi {{ customer_name }}, order {{ blank('order number') }}.",
        &ValueSheet::default(),
    )
    .unwrap();
    assert_eq!(text, "Hi {{customer name}}, order {{order number}}.");
    let blanks = find_blanks(&text);
    let names: Vec<_> = blanks.iter().map(|blank| blank.name.as_str()).collect();
    assert_eq!(names, ["customer name", "order number"]);
    assert_eq!(text.get(blanks[0].range.clone()), Some("{{customer name}}"));
}

#[test]
fn h_8_an_unknown_value_is_named_with_its_line_and_a_guess() {
    let problem = check_template("Hello\n{{ custmer_name }}").unwrap_err();
    assert_eq!(problem.line, Some(2));
    assert_eq!(
        problem.words,
        "There is no value called custmer_name. Did you mean customer_name?"
    );
    let problem = check_template("{{ password }}").unwrap_err();
    assert!(problem.words.contains("There are customer_name"));
}

#[test]
fn h_8_what_cannot_be_read_or_would_not_end_is_refused_in_words() {
    for (body, words) in [
        ("{{ customer_name", "cannot be read"),
        ("{{ customer_name | reverse }}", "After |"),
        ("{{ now() }}", "no value called now"),
        ("{{ customer_name.secret }}", "does not exist"),
        ("{% include 'x' %}", "cannot be"),
    ] {
        let problem = check_template(body).unwrap_err();
        assert!(problem.words.contains(words), "{body}: {}", problem.words);
    }
}

#[test]
fn h_8_a_value_is_text_and_never_a_template_or_markup() {
    let sheet = ValueSheet::default().with(ReplyValue::CustomerName, "<b>{{ date }}</b>");
    let text = render_reply("Hi {{ customer_name }}", &sheet).unwrap();
    assert_eq!(text, "Hi <b>{{ date }}</b>");
}

#[test]
fn h_8_the_shipped_replies_are_usable_and_need_no_costly_character() {
    let replies = check_replies(shipped_replies()).unwrap();
    assert_eq!(replies.len(), 6);
    for reply in replies {
        for sheet in [
            ValueSheet::example(),
            ValueSheet::example().with(ReplyValue::CustomerName, "Maya"),
        ] {
            let text = render_reply(&reply.body, &sheet).unwrap();
            let measured = measure(&text);
            assert!(
                measured.costly.is_none() && measured.segments <= 2,
                "{text}"
            );
            assert!(find_blanks(&text).is_empty());
        }
    }
}

#[test]
fn h_8_short_names_are_tidied_checked_and_unique() {
    let kept = check_reply(reply(" /Hello-2 ", " Hi ")).unwrap();
    assert_eq!(
        (kept.short_name.as_str(), kept.body.as_str()),
        ("hello-2", "Hi")
    );
    for name in ["", "two words", "a/b", &"x".repeat(31)] {
        assert_eq!(check_reply(reply(name, "Hi")), Err(ReplyProblem::ShortName));
    }
    let twice = check_replies(vec![reply("hello", "Hi"), reply("HELLO", "Hi")]);
    assert_eq!(
        twice,
        Err(ReplyProblem::NameTaken {
            name: "hello".to_owned()
        })
    );
    assert_eq!(check_reply(reply("x", "  ")), Err(ReplyProblem::Body));
}

proptest! {
    #[test]
    fn h_8_no_body_and_no_value_makes_rendering_panic(body in ".{0,80}", name in ".{0,20}") {
        let sheet = ValueSheet::default().with(ReplyValue::CustomerName, name);
        if check_template(&body).is_ok() {
            let _text = render_reply(&body, &sheet);
        }
        for blank in find_blanks(&body) {
            prop_assert!(body.get(blank.range).is_some());
        }
    }
}
