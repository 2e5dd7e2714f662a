//! What the requester gets: texts filled in, responses in their SMS form (V-7 … V-10), split where the
//! carrier would refuse them (T-7).

use super::Machine;
use super::walk::Step;
use crate::message::MessageText;
use crate::replies::render_text;
use crate::segments::split_for_carrier;
use crate::topic::expression::to_template;
use crate::topic::io::BotReply;
use crate::topic::node::{LinkTarget, NodeId, SayImage, SayLink, SayText, ShowCard, Texts};
use crate::topic::text::https_host;
use crate::topic::value::BotValue;

impl Machine<'_> {
    /// A text with its placeholders filled in.
    pub(super) fn render(&self, body: &str) -> Result<String, String> {
        self.render_with(body, ToOwned::to_owned)
    }

    /// A text whose values go through a function first.
    pub(super) fn render_with(
        &self,
        body: &str,
        change: impl Fn(&str) -> String,
    ) -> Result<String, String> {
        if !body.contains('{') {
            return Ok(body.to_owned());
        }
        let variables = self.session.frames.last().map(|frame| &frame.variables);
        // Variables come last: they hide a known fact of the same name.
        let values: minijinja::Value = self
            .session
            .known
            .iter()
            .chain(variables.into_iter().flatten())
            .map(|(name, value)| (name.as_str(), to_template(&changed(value, &change))))
            .collect();
        render_text(body, values).map_err(|problem| problem.words)
    }

    /// One of several alternates (V-7).
    pub(super) fn choose(&mut self, texts: &Texts) -> String {
        match texts {
            Texts::One(text) => text.clone(),
            Texts::Alternates(texts) => {
                let index = self.draw(texts.len());
                texts.get(index).cloned().unwrap_or_default()
            }
        }
    }

    /// Says a text in the name of the running topic.
    pub(super) fn reply(&mut self, text: &str) {
        let node = self.session.place();
        self.push_texts(text, node);
    }

    /// Says a text of the settings.
    pub(super) fn reply_plain(&mut self, text: &str) {
        self.push_texts(text, None);
    }

    fn push_texts(&mut self, text: &str, node: Option<crate::topic::NodePlace>) {
        for part in split_for_carrier(text.trim()) {
            self.replies.push(BotReply {
                text: MessageText::new(part),
                pictures: Vec::new(),
                alt_text: None,
                node: node.clone(),
            });
        }
    }

    /// Says a text with a picture. Without an address that the carrier can fetch only the text is said.
    pub(super) fn reply_with_picture(
        &mut self,
        text: &str,
        picture: &str,
        alt_text: Option<String>,
    ) {
        let picture = picture.trim();
        if https_host(picture).is_none() {
            self.reply(text);
            return;
        }
        let before = self.replies.len();
        self.reply(text);
        let node = self.session.place();
        match self.replies.get_mut(before) {
            Some(first) => {
                first.pictures.push(picture.to_owned());
                first.alt_text = alt_text;
            }
            None => self.replies.push(BotReply {
                text: MessageText::default(),
                pictures: vec![picture.to_owned()],
                alt_text,
                node,
            }),
        }
    }

    pub(super) fn say_text(&mut self, say: &SayText, next: Option<NodeId>) -> Step {
        let text = self.choose(&say.text);
        match self.render(&text) {
            Ok(text) => {
                self.reply(&text);
                Step::Go(next)
            }
            Err(what) => Step::Fail(what),
        }
    }

    pub(super) fn say_image(&mut self, image: &SayImage, next: Option<NodeId>) -> Step {
        let text = image.text.as_deref().unwrap_or_default();
        let rendered = (
            self.render(text),
            self.render(&image.picture),
            self.render(&image.alt_text),
        );
        match rendered {
            (Ok(text), Ok(picture), Ok(alt_text)) => {
                self.reply_with_picture(&text, &picture, Some(alt_text));
                Step::Go(next)
            }
            (Err(what), ..) | (_, Err(what), _) | (.., Err(what)) => Step::Fail(what),
        }
    }

    /// V-9: `header: URL`, or the header and a `description: URL` line for each.
    pub(super) fn say_link(&mut self, say: &SayLink, next: Option<NodeId>) -> Step {
        match self.link_text(say) {
            Ok(text) => {
                self.reply(&text);
                Step::Go(next)
            }
            Err(what) => Step::Fail(what),
        }
    }

    fn link_text(&self, say: &SayLink) -> Result<String, String> {
        const MOST_LINKS: usize = 3;
        let header = self.render(&say.header)?;
        if let [
            LinkTarget {
                description: None,
                url,
                ..
            },
        ] = say.links.as_slice()
        {
            return Ok(format!("{header}: {}", self.render(url)?));
        }
        let mut text = header;
        for link in say.links.iter().take(MOST_LINKS) {
            let description = self.render(link.description.as_deref().unwrap_or_default())?;
            let url = self.render(&link.url)?;
            text.push('\n');
            if !description.is_empty() {
                text.push_str(&description);
                text.push_str(": ");
            }
            text.push_str(&url);
        }
        Ok(text)
    }

    /// V-10: title, `label: value` lines without the empty ones, then the record's address.
    pub(super) fn show_card(&mut self, card: &ShowCard, next: Option<NodeId>) -> Step {
        let Some(BotValue::Row(row)) = self.value_of(&card.row).cloned() else {
            return Step::Fail(format!("There is no row in “{}”.", card.row));
        };
        let rendered = (
            self.render(&card.title),
            self.render(card.url.as_deref().unwrap_or_default()),
            self.render(card.picture.as_deref().unwrap_or_default()),
        );
        let (title, url, picture) = match rendered {
            (Ok(title), Ok(url), Ok(picture)) => (title, url, picture),
            (Err(what), ..) | (_, Err(what), _) | (.., Err(what)) => return Step::Fail(what),
        };
        let fields = card
            .fields
            .iter()
            .filter_map(|field| Some((field.label.as_str(), row.get(&field.column)?)));
        let text = card_text(&title, fields, &url);
        self.reply_with_picture(&text, &picture, Some(title));
        Step::Go(next)
    }
}

/// V-10, V-11: a record as a text, whoever sends it: title, `label: value` lines without the empty ones, then the
/// record's address.
#[must_use]
pub fn card_text<'v>(
    title: &str,
    fields: impl IntoIterator<Item = (&'v str, &'v BotValue)>,
    url: &str,
) -> String {
    let mut lines = vec![title.to_owned()];
    let filled = fields.into_iter().filter(|(_, value)| !value.is_empty());
    lines.extend(filled.map(|(label, value)| format!("{label}: {}", for_people(value))));
    if !url.trim().is_empty() {
        lines.push(url.to_owned());
    }
    lines.join("\n")
}

/// A value as somebody reads it on their phone.
fn for_people(value: &BotValue) -> String {
    match value {
        BotValue::Flag(true) => "yes".to_owned(),
        BotValue::Flag(false) => "no".to_owned(),
        other => other.to_text(),
    }
}

fn changed(value: &BotValue, change: &impl Fn(&str) -> String) -> BotValue {
    match value {
        BotValue::Text(text) => BotValue::Text(change(text)),
        BotValue::List(_) => BotValue::Text(change(&value.to_text())),
        BotValue::Row(row) => BotValue::Row(
            row.iter()
                .map(|(name, value)| (name.clone(), changed(value, change)))
                .collect(),
        ),
        other => other.clone(),
    }
}
