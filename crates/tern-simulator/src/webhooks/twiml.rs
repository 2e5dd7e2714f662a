//! The TwiML that a messaging webhook may answer: `<Response>` with `<Message>`. Owns its reading and
//! the codes of what is wrong with it; other verbs are ignored as Twilio ignores them for messages.

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

/// TwiML above this is refused (11750).
pub(super) const MAX_TWIML_BYTES: usize = 64 * 1024;

/// One `<Message>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TwimlMessage {
    pub(crate) to: Option<String>,
    pub(crate) from: Option<String>,
    /// Where its status changes are reported.
    pub(crate) action: Option<String>,
    pub(crate) body: String,
    pub(crate) media: Vec<String>,
}

/// The document cannot be read (12100).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct MalformedTwiml;

/// Reads the messages that a document asks for.
pub(super) fn parse(document: &str) -> Result<Vec<TwimlMessage>, MalformedTwiml> {
    let mut reader = Reader::from_str(document);
    let mut messages: Vec<TwimlMessage> = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut saw_response = false;
    loop {
        match reader.read_event().map_err(|_| MalformedTwiml)? {
            Event::Start(tag) => {
                path.push(name(&tag));
                saw_response |= path.first().is_some_and(|root| root == "Response");
                open(&path, &tag, &mut messages)?;
            }
            Event::Empty(tag) => {
                path.push(name(&tag));
                saw_response |= path.first().is_some_and(|root| root == "Response");
                open(&path, &tag, &mut messages)?;
                path.pop();
            }
            Event::End(_) => {
                path.pop();
            }
            Event::Text(text) => append(&path, &text, &mut messages),
            Event::CData(text) => append(&path, &text, &mut messages),
            Event::GeneralRef(reference) => {
                let reference = format!("&{};", &*reference);
                append(
                    &path,
                    &unescape(&reference).map_err(|_| MalformedTwiml)?,
                    &mut messages,
                );
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if !saw_response || !path.is_empty() {
        return Err(MalformedTwiml);
    }
    for message in &mut messages {
        message.body = message.body.trim().to_owned();
        for url in &mut message.media {
            *url = url.trim().to_owned();
        }
    }
    messages.retain(|message| !message.body.is_empty() || !message.media.is_empty());
    Ok(messages)
}

fn name(tag: &BytesStart<'_>) -> String {
    tag.name().as_ref().to_owned()
}

fn open(
    path: &[String],
    tag: &BytesStart<'_>,
    messages: &mut Vec<TwimlMessage>,
) -> Result<(), MalformedTwiml> {
    match (path.len(), path.last().map(String::as_str)) {
        (2, Some("Message" | "Sms")) => {
            let mut message = TwimlMessage::default();
            for attribute in tag.attributes() {
                let attribute = attribute.map_err(|_| MalformedTwiml)?;
                let value = unescape(&attribute.value)
                    .map_err(|_| MalformedTwiml)?
                    .into_owned();
                match attribute.key.as_ref() {
                    "to" => message.to = Some(value),
                    "from" => message.from = Some(value),
                    "action" | "statusCallback" => message.action = Some(value),
                    _ => {}
                }
            }
            messages.push(message);
        }
        (3, Some("Media")) => {
            if let Some(message) = messages.last_mut() {
                message.media.push(String::new());
            }
        }
        _ => {}
    }
    Ok(())
}

fn append(path: &[String], text: &str, messages: &mut [TwimlMessage]) {
    let Some(message) = messages.last_mut() else {
        return;
    };
    match (
        path.get(1).map(String::as_str),
        path.get(2).map(String::as_str),
        path.len(),
    ) {
        (Some("Message" | "Sms"), None, 2) | (Some("Message" | "Sms"), Some("Body"), 3) => {
            message.body.push_str(text)
        }
        (Some("Message" | "Sms"), Some("Media"), 3) => {
            if let Some(url) = message.media.last_mut() {
                url.push_str(text);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;

    #[test]
    fn an_empty_response_asks_for_nothing() {
        for document in [
            "<Response/>",
            "<?xml version=\"1.0\"?><Response></Response>",
            "<Response><Pause/></Response>",
        ] {
            assert_eq!(parse(document), Ok(Vec::new()), "{document}");
        }
    }

    #[test]
    fn messages_carry_text_media_and_attributes() {
        let document = "<Response><Message to=\"+14155550111\" action='https://e.com/a?b=1&amp;c=2'>\
             <Body>Tom &amp; &#x1F600; Ann</Body><Media>https://e.com/1.png</Media></Message>\
             <Message>plain &lt;text&gt;</Message></Response>";
        let messages = parse(document).unwrap();
        assert_eq!(messages[0].to.as_deref(), Some("+14155550111"));
        assert_eq!(
            messages[0].action.as_deref(),
            Some("https://e.com/a?b=1&c=2")
        );
        assert_eq!(messages[0].body, "Tom & 😀 Ann");
        assert_eq!(messages[0].media, ["https://e.com/1.png"]);
        assert_eq!(messages[1].body, "plain <text>");
    }

    #[test]
    fn anything_else_is_malformed() {
        for document in [
            "",
            "hello",
            "<Response>",
            "<Response><Message></Response>",
            "<html/>",
            "<Response>&nope;</Response>",
        ] {
            assert_eq!(parse(document), Err(MalformedTwiml), "{document}");
        }
    }
}
