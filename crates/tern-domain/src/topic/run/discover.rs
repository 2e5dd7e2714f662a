//! Topic discovery by keywords (V-25, V-26).

use super::Machine;
use super::lists::{self, Pick};
use crate::topic::compile::CompiledTopic;
use crate::topic::expression;
use crate::topic::file::TopicKind;
use crate::topic::io::{BotFact, HandoverReason, Said};
use crate::topic::session::{AskedOption, FrameCause, Phase};
use crate::topic::text::{as_keyword, is_thanks, words_of};
use crate::topic::value::BotValue;
use crate::topic::{SetupTopic, TopicName};

const WHICH: &str = "Which of these do you mean?";
/// Most topics that a list names.
const MOST_LISTED: usize = 10;

impl Machine<'_> {
    /// V-25: a text can find it.
    fn can_be_found(&self, topic: &CompiledTopic) -> bool {
        self.has_role(topic) && self.is_offered(topic)
    }

    /// All of V-25 but the roles.
    fn is_offered(&self, topic: &CompiledTopic) -> bool {
        let file = topic.file();
        file.active
            && file.discoverable
            && matches!(file.kind, TopicKind::Topic | TopicKind::SmallTalk)
            && file.is_on_channel()
            && file.condition.as_ref().is_none_or(|condition| {
                topic.expression(condition).is_some_and(|condition| {
                    expression::evaluate(condition, |name| self.session.known.get(name))
                        == Ok(BotValue::Flag(true))
                })
            })
    }

    /// Words find some parts of every conversation: the transfer (H-2), linking a number and a lost PIN (L-13).
    fn is_part_for_words(&self, topic: &CompiledTopic) -> bool {
        SetupTopic::from_name(topic.name()).is_some_and(|part| {
            is_for_words(part) && self.topics.settings().includes.contains(&part)
        })
    }

    /// L-4: not for guests, but for somebody who proves who they are, perhaps.
    fn can_be_had_by_proof(&self, topic: &CompiledTopic) -> bool {
        self.may_ask_for_proof() && self.is_offered(topic)
    }

    /// Starts the topic that a text finds, offers several, or says that nothing was understood.
    pub(super) fn discover(&mut self, said: &Said, offered: &[TopicName]) {
        let text = said.text.as_str();
        if let Some(name) = self.pick_offered(text, offered) {
            return self.start_found(&name);
        }
        self.session.search_text = Some(said.text.clone());
        let found = self.find_topics(text);
        match found.as_slice() {
            [] if self.session.topic_done && is_thanks(text) => {
                let words = self.topics.settings().thanks_text.clone();
                self.reply_plain(&words);
            }
            [] => {
                self.fact(BotFact::NotUnderstood);
                self.start_setup(SetupTopic::Fallback);
            }
            [name] => self.start_found(name),
            _ => self.offer(found),
        }
    }

    fn start_found(&mut self, name: &str) {
        if let Some(part) = SetupTopic::from_name(name).filter(|part| is_for_words(*part)) {
            self.keep_context(HandoverReason::Asked);
            return self.start_setup(part);
        }
        let topic = self.topics.published(name);
        if topic.is_some_and(|topic| !self.has_role(topic)) {
            return self.ask_before(name.to_owned());
        }
        self.session.engaged = true;
        self.start_topic(name, None, Self::no_variables(), FrameCause::Asked);
    }

    fn pick_offered(&self, text: &str, offered: &[TopicName]) -> Option<TopicName> {
        let options = self.offered_options(offered);
        match lists::pick(text, &options, options.len(), false)? {
            Pick::Options(indexes) => offered.get(*indexes.first()?).cloned(),
            Pick::More => None,
        }
    }

    fn offered_options(&self, offered: &[TopicName]) -> Vec<AskedOption> {
        offered
            .iter()
            .filter_map(|name| self.topics.published(name))
            .map(|topic| AskedOption {
                label: topic.file().display_name.as_str().into(),
                value: BotValue::Nothing,
                next: None,
            })
            .collect()
    }

    fn offer(&mut self, mut found: Vec<TopicName>) {
        found.truncate(MOST_LISTED);
        let options = self.offered_options(&found);
        let list = lists::page(&options, 0, options.len());
        self.reply_plain(&format!("{WHICH}\n{list}"));
        self.session.phase = Phase::Idle { offered: found };
    }

    /// V-26: whole words in any case; the topics of the longest phrase, by display name.
    fn find_topics(&self, text: &str) -> Vec<TopicName> {
        let said = words_of(text);
        let mut best = (0, 0);
        let mut found: Vec<&CompiledTopic> = Vec::new();
        for topic in self.topics.all_published() {
            let is_found = self.is_part_for_words(topic)
                || self.can_be_found(topic)
                || self.can_be_had_by_proof(topic);
            if !is_found {
                continue;
            }
            let longest = topic
                .phrases()
                .iter()
                .filter(|phrase| said.windows(phrase.len()).any(|it| it == phrase.as_slice()))
                .map(|phrase| (phrase.len(), phrase.iter().map(String::len).sum()))
                .max();
            match longest {
                Some(length) if length > best => {
                    best = length;
                    found = vec![topic];
                }
                Some(length) if length == best => found.push(topic),
                _ => {}
            }
        }
        found.sort_by_key(|topic| (topic.file().display_name.to_lowercase(), topic.name()));
        found
            .into_iter()
            .map(|topic| topic.name().to_owned())
            .collect()
    }

    /// V-27: the only topic that a whole text names, and not the running one.
    pub(super) fn topic_named(&self, text: &str) -> Option<TopicName> {
        let said = words_of(&as_keyword(text));
        let running = |name: &str| self.session.frames.iter().any(|frame| frame.topic == name);
        let mut named = self
            .topics
            .all_published()
            .filter(|topic| self.can_be_found(topic) && !running(topic.name()))
            .filter(|topic| topic.phrases().contains(&said));
        let only = named.next()?;
        named.next().is_none().then(|| only.name().to_owned())
    }

    /// What can be asked for, one topic a line.
    pub(super) fn topic_list(&self) -> String {
        let mut names: Vec<&str> = self
            .topics
            .all_published()
            .filter(|topic| topic.file().kind == TopicKind::Topic && self.can_be_found(topic))
            .map(|topic| topic.file().display_name.as_str())
            .collect();
        names.sort_by_key(|name| name.to_lowercase());
        let lines: Vec<String> = names
            .into_iter()
            .take(MOST_LISTED)
            .map(|name| format!("- {name}"))
            .collect();
        lines.join("\n")
    }
}

/// A part that the requester's own words find.
const fn is_for_words(part: SetupTopic) -> bool {
    matches!(
        part,
        SetupTopic::LiveAgentSupport | SetupTopic::LinkAccount | SetupTopic::ResetVerification
    )
}
