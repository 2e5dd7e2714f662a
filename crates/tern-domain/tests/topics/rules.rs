//! Rules that a transcript does not show.

use serde_json::json;
use tern_domain::topic::{
    BotEffect, BotFact, BotInput, BotSession, BotSettings, Phase, Said, SetupTopic, Severity,
    TopicFile, TopicSet, Unanswered, compile, shipped_setup_topics, turn,
};
use tern_domain::{CloseReason, UtcMillis};

use crate::samples;
use crate::script::{Handset, START};

fn ended(effects: &[BotEffect]) -> Option<CloseReason> {
    effects.iter().find_map(|effect| match effect {
        BotEffect::End { reason } => Some(*reason),
        _ => None,
    })
}

fn silent_for_two_hours(handset: &mut Handset) -> Option<CloseReason> {
    handset.now.0 += 7_200_000;
    ended(&handset.give(BotInput::Silence).effects)
}

#[test]
fn a_running_session_keeps_the_version_it_started_with() {
    let mut handset = Handset::new();
    handset.say("try text");
    let newer = samples::topic(
        "text",
        json!({ "nodes": [{ "id": "new", "kind": "sayText", "text": "Quite new." }] }),
    );
    let around = samples::surroundings(&BotSettings::default());
    handset.set.publish(compile(newer, 2, &around).0.unwrap());

    let turn = handset.say("blue");
    assert_eq!(turn.replies[0].text.as_str(), "Got blue.");
    let turn = handset.say("try text");
    assert_eq!(turn.replies[0].text.as_str(), "Quite new.");
}

#[test]
fn a_version_that_is_gone_is_an_error_of_the_topic_and_nothing_worse() {
    let mut handset = Handset::new();
    handset.say("try text");
    handset.set = TopicSet::default();
    let turn = handset.say("blue");
    assert!(matches!(turn.session.phase, Phase::HandingOver));
}

#[test]
fn every_effect_and_fact_survives_being_stored() {
    let mut handset = Handset::new();
    let mut seen = 0;
    for text in [
        "hi",
        "",
        "try card",
        "STOP",
        "notification",
        "nonsense",
        "try undecided",
        "up",
    ] {
        for effect in handset.say(text).effects {
            let stored = serde_json::to_string(&effect).unwrap();
            assert_eq!(
                serde_json::from_str::<BotEffect>(&stored).unwrap(),
                effect,
                "{stored}"
            );
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn v_20_what_waited_is_never_the_answer_to_a_secure_question() {
    let mut handset = Handset::new();
    let vault = samples::topic(
        "vault",
        json!({ "nodes": [
            { "id": "wait", "kind": "pause", "seconds": 30, "next": "ask" },
            { "id": "ask", "kind": "askText", "variable": "pin", "secure": true, "prompt": "PIN?", "next": "name" },
            { "id": "name", "kind": "askText", "variable": "name", "prompt": "Name?", "next": "done" },
            { "id": "done", "kind": "sayText", "text": "Thank you, {{ name }}." }
        ]}),
    );
    let around = samples::surroundings(&BotSettings::default());
    handset.set.publish(compile(vault, 1, &around).0.unwrap());
    let ticket = handset
        .say("try vault")
        .effects
        .into_iter()
        .find_map(|effect| match effect {
            BotEffect::Wait { ticket, .. } => Some(ticket),
            _ => None,
        })
        .unwrap();
    handset.say("Anna");
    let turn = handset.give(BotInput::PauseOver { ticket });
    assert_eq!(turn.replies.last().unwrap().text.as_str(), "PIN?");
    assert_eq!(turn.session.queued.len(), 1);
    let turn = handset.say("4711");
    let secure: Vec<_> = turn
        .effects
        .iter()
        .filter_map(|effect| match effect {
            BotEffect::SecureAnswer { answer, .. } => Some(answer.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(secure, ["4711"]);
    let said: Vec<_> = turn.replies.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(
        said,
        ["Name?", "Thank you, Anna."],
        "R-9: heard in its turn"
    );
}

#[test]
fn v_20_a_secure_answer_is_nowhere_in_the_session_and_in_no_log() {
    let mut handset = Handset::new();
    handset.say("try secure");
    let turn = handset.say("290417");
    assert!(!serde_json::to_string(&turn).unwrap().contains("290417"));
    assert!(!format!("{turn:?}").contains("290417"));
    let answered = turn.effects.iter().any(
        |it| matches!(it, BotEffect::SecureAnswer { answer, .. } if answer.as_str() == "290417"),
    );
    assert!(answered);
}

#[test]
fn v_7_an_alternate_is_chosen_by_the_seed_and_all_of_them_are() {
    let mut texts = std::collections::BTreeSet::new();
    for seed in 0..40 {
        let mut handset = Handset::new();
        handset.session.seed = seed;
        let turn = handset.say("try says");
        texts.insert(turn.replies[1].text.as_str().to_owned());
    }
    assert_eq!(texts.len(), 3);
}

#[test]
fn i_14_silence_is_counted_from_the_last_words_and_watched_after_each() {
    let mut handset = Handset::new();
    let turn = handset.say("try text");
    let due = turn.effects.iter().find_map(|it| match it {
        BotEffect::WatchSilence { at } => Some(*at),
        _ => None,
    });
    assert_eq!(due.unwrap().0, START.0 + 7_200_000);
    handset.now.0 += 7_199_999;
    assert_eq!(ended(&handset.give(BotInput::Silence).effects), None);
    handset.now.0 += 1;
    let turn = handset.give(BotInput::Silence);
    assert_eq!(ended(&turn.effects), Some(CloseReason::NoUserResponse));
}

#[test]
fn i_14_a_clock_that_was_set_back_keeps_nothing_open_for_ever() {
    let mut handset = Handset::new();
    handset.say("try text");
    handset.now.0 -= 1_000_000_000;
    assert_eq!(ended(&handset.give(BotInput::Silence).effects), None);
    assert_eq!(
        silent_for_two_hours(&mut handset),
        Some(CloseReason::NoUserResponse)
    );
}

#[test]
fn i_16_silence_closes_nothing_that_a_person_has_or_that_waits_for_one() {
    let mut handset = Handset::new();
    handset.say("agent");
    handset.give(BotInput::HandedOver);
    assert_eq!(silent_for_two_hours(&mut handset), None);
    handset.give(BotInput::AgentAccepted);
    assert_eq!(silent_for_two_hours(&mut handset), None);
    handset.give(BotInput::HandedBack);
    assert_eq!(
        silent_for_two_hours(&mut handset),
        Some(CloseReason::NoActivity)
    );
}

#[test]
fn i_15_whom_a_person_talks_to_is_neither_reminded_nor_cut_off() {
    let mut handset = Handset::new();
    handset.say("agent");
    handset.give(BotInput::HandedOver);
    handset.give(BotInput::AgentAccepted);
    for seconds in [120, 180, 360, 7_200] {
        handset.now = UtcMillis(START.0 + seconds * 1_000);
        let turn = handset.give(BotInput::Silence);
        assert!(
            turn.replies.is_empty() && turn.effects.is_empty(),
            "{seconds} s"
        );
        assert_eq!(turn.session.phase, Phase::Agent);
    }
}

#[test]
fn i_18_who_never_engaged_or_leaves_the_queue_has_abandoned() {
    let mut handset = Handset::new();
    handset.say("nonsense");
    assert_eq!(
        silent_for_two_hours(&mut handset),
        Some(CloseReason::NoActivity)
    );

    let mut handset = Handset::new();
    handset.say("agent");
    handset.give(BotInput::HandedOver);
    assert_eq!(
        ended(&handset.say("bye").effects),
        Some(CloseReason::LeftBeforeEngagement)
    );
}

#[test]
fn i_19_a_finished_topic_a_question_for_more_and_a_goodbye_each_have_their_reason() {
    let mut handset = Handset::new();
    handset.say("try says hello");
    assert_eq!(
        silent_for_two_hours(&mut handset),
        Some(CloseReason::AutoClosed)
    );

    let mut settings = BotSettings::default();
    settings.includes.insert(SetupTopic::AnythingElse);
    let mut handset = Handset::new();
    handset.set = samples::set(BotSettings {
        allowed_hosts: vec!["api.example.com".to_owned()],
        ..settings
    });
    handset.say("try says hello");
    assert_eq!(
        silent_for_two_hours(&mut handset),
        Some(CloseReason::TopicComplete)
    );

    let mut handset = Handset::new();
    handset.say("try text");
    assert_eq!(
        ended(&handset.say("goodbye.").effects),
        Some(CloseReason::UserEnded)
    );
}

#[test]
fn v_28_about_a_third_of_the_conversations_get_the_survey() {
    let mut settings = BotSettings {
        allowed_hosts: vec!["api.example.com".to_owned()],
        ..BotSettings::default()
    };
    settings.includes.insert(SetupTopic::Survey);
    let set = samples::set(settings);
    let asked = (0..300)
        .filter(|seed| {
            let session = BotSession::new(*seed, START);
            let input = BotInput::Begin {
                first: Said {
                    text: "try says hello".into(),
                    ..Said::default()
                },
            };
            turn(&set, session, input, START)
                .effects
                .contains(&BotEffect::Fact(BotFact::SetupReached(SetupTopic::Survey)))
        })
        .count();
    assert!((70..=130).contains(&asked), "{asked} of 300");
}

#[test]
fn v_29_a_fresh_experience_asks_neither_for_more_nor_for_praise() {
    let left_out: Vec<_> = SetupTopic::ALL
        .into_iter()
        .filter(|part| !BotSettings::default().includes.contains(part))
        .collect();
    assert_eq!(
        left_out,
        [
            SetupTopic::LinkAccount,
            SetupTopic::ResetVerification,
            SetupTopic::AnythingElse,
            SetupTopic::Survey
        ]
    );
    let mut handset = Handset::new();
    let turn = handset.say("try says hello");
    assert_eq!(
        turn.replies.last().unwrap().text.as_str(),
        "Hello from there."
    );
}

#[test]
fn v_29_a_part_that_is_left_out_never_acts_and_a_transfer_works_without_its_words() {
    let mut handset = Handset::new();
    handset.set = samples::set(BotSettings {
        includes: std::collections::BTreeSet::new(),
        allowed_hosts: vec!["api.example.com".to_owned()],
        ..BotSettings::default()
    });
    assert!(handset.say("nonsense").replies.is_empty());
    assert!(handset.say("help").replies.is_empty());
    let turn = handset.say("agent");
    assert!(
        turn.effects
            .iter()
            .any(|it| matches!(it, BotEffect::HandOver(_)))
    );
    handset.give(BotInput::HandOverRefused { words: None });

    handset.say("try choice");
    for answer in ["7", "8", "9"] {
        handset.say(answer);
    }
    let turn = handset.say("10");
    assert!(
        turn.session.frames.is_empty(),
        "the fourth miss ends the topic all the same"
    );
}

#[test]
fn v_28_the_shipped_parts_are_sound() {
    let parts = shipped_setup_topics();
    assert_eq!(parts.len(), SetupTopic::ALL.len());
    for (file, part) in parts.into_iter().zip(SetupTopic::ALL) {
        assert_eq!(file.name, part.name());
        let (topic, findings) = compile(file, 1, &samples::surroundings(&BotSettings::default()));
        assert!(topic.is_some(), "{findings:#?}");
        let worst = findings.iter().map(|it| it.severity).max();
        assert!(worst < Some(Severity::Warning), "{findings:#?}");
    }
}

#[test]
fn r_9_no_more_texts_wait_than_anybody_reads() {
    let mut handset = Handset::new();
    handset.say("try pause");
    for number in 0..30 {
        let turn = handset.say(&format!("text {number}"));
        let too_many = BotEffect::Fact(BotFact::LeftUnanswered(Unanswered::TooMany));
        assert_eq!(turn.effects.contains(&too_many), number >= 20);
    }
}

#[test]
fn r_5_in_the_queue_only_commands_are_answered() {
    let mut handset = Handset::new();
    handset.say("agent");
    handset.give(BotInput::HandedOver);
    for text in ["hello?", "help", "agent", "hi", "restart", "1", "Liked “x”"] {
        let turn = handset.say(text);
        assert!(turn.replies.is_empty(), "{text}");
        assert_eq!(turn.session.phase, Phase::Queued);
    }
}

#[test]
fn a_request_goes_to_allowed_hosts_only() {
    let mut handset = Handset::new();
    handset.set = samples::set(BotSettings {
        allowed_hosts: vec!["*.example.com".to_owned()],
        ..BotSettings::default()
    });
    let settings = handset.set.settings();
    assert!(settings.allows_host("API.example.com"));
    assert!(!settings.allows_host("example.com"));
    assert!(!settings.allows_host("badexample.com"));
    assert!(!settings.allows_host("example.com.evil.net"));

    let mut handset = Handset::new();
    handset.say("try request");
    let mut set = samples::set(BotSettings {
        allowed_hosts: vec!["api.example.com".to_owned()],
        ..BotSettings::default()
    });
    std::mem::swap(&mut handset.set, &mut set);
    let turn = handset.say("x");
    assert!(
        turn.effects
            .iter()
            .any(|it| matches!(it, BotEffect::Request { .. }))
    );
}

#[test]
fn a_session_of_the_stored_form_reads_a_topic_file_with_unknown_fields() {
    let file = TopicFile::read(&samples::all()[0].write()).unwrap();
    assert_eq!(file, samples::all()[0]);
}

#[test]
fn the_ready_topics_are_sound_but_for_what_is_made_up_in_them() {
    assert_eq!(tern_domain::topic::ready_topics().len(), 6);
    assert_eq!(tern_domain::topic::ready_tables().len(), 4);
    let set = samples::ready(&BotSettings::default());
    for file in tern_domain::topic::ready_topics() {
        assert!(set.published(&file.name).is_some());
        assert_eq!(TopicFile::read(&file.write()).unwrap(), file);
    }
}

#[test]
fn made_up_hours_and_address_are_flagged_until_somebody_puts_in_their_own() {
    let flagged = |file: &TopicFile| -> Vec<String> {
        let (_, findings) = compile(
            file.clone(),
            1,
            &samples::surroundings(&BotSettings::default()),
        );
        let made_up = findings.into_iter().filter(|it| it.code == "made_up");
        made_up.filter_map(|it| it.node).collect()
    };
    let mut shipped = tern_domain::topic::ready_topics();
    let hours = shipped
        .iter_mut()
        .find(|it| it.name == "hours_and_location");
    let hours = hours.unwrap();
    assert_eq!(flagged(hours), ["hours", "place"]);
    let edited = hours
        .write()
        .replace(
            "Monday to Friday 9:00 to 17:00",
            "Tuesday to Sunday 8:00 to 18:00",
        )
        .replace("12 Harbour Street", "4 Mill Lane");
    let edited = TopicFile::read(&edited).unwrap();
    assert_eq!(flagged(&edited), ["place"], "the map is made up still");
    let edited = edited
        .write()
        .replace("https://example.com/map", "https://maps.acme.test/4");
    assert!(flagged(&TopicFile::read(&edited).unwrap()).is_empty());
}
