//! Commands that a team made its own (V-35), and the language of first words (V-37).

use tern_domain::language::Language;
use tern_domain::topic::{BotEffect, BotSettings, BotValue, Phase};

use crate::samples;
use crate::script::Handset;

#[test]
fn v_35_a_team_chooses_the_words_of_commands() {
    let mut settings = BotSettings {
        allowed_hosts: vec!["api.example.com".to_owned()],
        ..BotSettings::default()
    };
    for command in &mut settings.commands {
        if command.words.contains(&"agent".to_owned()) {
            command.words = vec!["Mensch, bitte".to_owned()];
        }
    }
    let mut handset = Handset::new();
    handset.set = samples::set(settings);
    assert_eq!(
        handset.say("agent").session.phase,
        Phase::Idle {
            offered: Vec::new()
        }
    );
    assert_eq!(
        handset.say(" MENSCH, BITTE! ").session.phase,
        Phase::HandingOver
    );
}

#[test]
fn v_35_a_command_is_none_on_a_channel_that_it_is_excluded_from() {
    let mut settings = BotSettings {
        allowed_hosts: vec!["api.example.com".to_owned()],
        ..BotSettings::default()
    };
    for command in &mut settings.commands {
        if command.words.contains(&"agent".to_owned()) {
            command.excluded_channels = vec!["sms".to_owned()];
        }
        if command.words.contains(&"help".to_owned()) {
            command.excluded_channels = vec!["voice".to_owned()];
        }
    }
    let mut handset = Handset::new();
    handset.set = samples::set(settings);
    let turn = handset.say("agent");
    assert_ne!(turn.session.phase, Phase::HandingOver);
    let list = serde_json::to_string(&handset.say("help").replies).unwrap();
    assert!(!list.contains("talk to a person"), "{list}");
    assert!(list.contains("bye"), "{list}");
}

#[test]
fn v_37_the_first_words_tell_the_language_and_later_ones_do_not() {
    let mut handset = Handset::new();
    handset.say("Wann kann ich mein Fahrrad bei Ihnen abholen, bitte?");
    handset.say("I am sorry, I meant to ask whether the shop is open tomorrow");
    let code = BotValue::from("de");
    assert_eq!(handset.session.known.get("customer_language"), Some(&code));
    let turn = handset.say("agent");
    let told = turn.effects.iter().find_map(|effect| match effect {
        BotEffect::HandOver(context) => context.language,
        _ => None,
    });
    assert_eq!(told.map(Language::name), Some("German"));

    let mut other = Handset::new();
    other.say("hi");
    other.say("Wann kann ich mein Fahrrad bei Ihnen abholen, bitte?");
    assert_eq!(other.session.known.get("customer_language"), None);
}
