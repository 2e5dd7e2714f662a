//! Canned replies (H-8): the list, the editor's preview, and filling in for one conversation.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tern_domain::replies::{
    CannedReply, ReplyValue, ValueSheet, check_replies, check_template, render_reply,
    shipped_replies,
};
use tern_domain::segments::measure;
use tern_domain::{ConversationId, UtcMillis};

use super::compose::text_measure;
use crate::app::App;
use crate::dto::{
    CannedReplyView, ConversationRef, FilledReply, PreviewReply, ReplyList, ReplyPreview,
    ReplyValueView, SaveReplies,
};
use crate::error::{ApiError, ErrorCode};
use crate::events::Change;
use crate::line::Desk;
use crate::records::{self, Record};
use crate::words;

impl App {
    /// All canned replies in their order.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`] when the file cannot be read.
    pub async fn list_replies(&self) -> Result<ReplyList, ApiError> {
        let desk = self.desk()?;
        Ok(view(find_replies(&desk).await?))
    }

    /// Replaces all canned replies.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] in words for whoever edits them.
    pub async fn save_replies(&self, request: SaveReplies) -> Result<ReplyList, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let replies = request.replies.into_iter().map(from_view).collect();
        let replies = check_replies(replies)
            .map_err(|problem| ApiError::new(ErrorCode::InvalidInput, problem.to_string(), ""))?;
        records::put(&desk.store, Record::Replies, replies.clone()).await?;
        self.emit(Change::Settings);
        Ok(view(replies))
    }

    /// What a template looks like with example values.
    ///
    /// # Errors
    /// Never: what is wrong with the template is in the answer.
    #[expect(clippy::unused_async, reason = "every command is called the same way")]
    pub async fn preview_reply(&self, request: PreviewReply) -> Result<ReplyPreview, ApiError> {
        let filled = check_template(&request.body)
            .and_then(|()| render_reply(&request.body, &ValueSheet::example()));
        let (text, problem) = match filled {
            Ok(text) => (text, None),
            Err(problem) => {
                let words = match problem.line {
                    Some(line) => format!("Line {line}: {}", problem.words),
                    None => problem.words,
                };
                (String::new(), Some(words))
            }
        };
        Ok(ReplyPreview {
            measure: text_measure(&text),
            text,
            problem,
        })
    }

    /// All replies with one conversation's values filled in, for the picker.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`].
    pub async fn filled_replies(
        &self,
        request: ConversationRef,
    ) -> Result<Vec<FilledReply>, ApiError> {
        let desk = self.desk()?;
        let id = ConversationId(request.conversation_id);
        let replies = find_replies(&desk).await?;
        let row = desk
            .store
            .read(move |conn| conn.load_conversation(id))
            .await
            .map_err(|error| words::store(&error))?;
        let provider = &row.key.provider;
        let link = desk.link();
        let our_name = link.own(provider).map(|own| own.name.clone());
        let sheet = moment(desk.now())
            .with(ReplyValue::CustomerName, row.requester_name)
            .with(
                ReplyValue::CustomerNumber,
                row.key.requester.display_international(),
            )
            .with(ReplyValue::OurNumber, provider.display_international())
            .with(ReplyValue::OurName, our_name.unwrap_or_default())
            .with(ReplyValue::AgentName, self.settings().await?.agent_name);
        Ok(replies
            .into_iter()
            .filter_map(|reply| {
                // A reply that an older version kept and this one cannot fill in is not offered.
                let text = render_reply(&reply.body, &sheet).ok()?;
                Some(FilledReply {
                    segments: measure(&text).segments,
                    id: reply.id,
                    short_name: reply.short_name,
                    title: reply.title,
                    text,
                })
            })
            .collect())
    }
}

/// Date and time as this laptop has them.
fn moment(now: UtcMillis) -> ValueSheet {
    let Ok(now) = Timestamp::from_millisecond(now.0) else {
        return ValueSheet::default();
    };
    let here = now.to_zoned(TimeZone::system());
    ValueSheet::default()
        .with(ReplyValue::Date, here.strftime("%-d %B %Y").to_string())
        .with(ReplyValue::Time, here.strftime("%H:%M").to_string())
        .with(ReplyValue::Weekday, here.strftime("%A").to_string())
}

async fn find_replies(desk: &Desk) -> Result<Vec<CannedReply>, ApiError> {
    Ok(records::find(&desk.store, Record::Replies)
        .await?
        .unwrap_or_else(shipped_replies))
}

fn view(replies: Vec<CannedReply>) -> ReplyList {
    ReplyList {
        replies: replies
            .into_iter()
            .map(|reply| CannedReplyView {
                id: reply.id,
                short_name: reply.short_name,
                title: reply.title,
                body: reply.body,
            })
            .collect(),
        values: ReplyValue::ALL
            .into_iter()
            .map(|value| ReplyValueView {
                name: value.name().to_owned(),
                explanation: value.explanation().to_owned(),
            })
            .collect(),
    }
}

fn from_view(reply: CannedReplyView) -> CannedReply {
    CannedReply {
        id: reply.id,
        short_name: reply.short_name,
        title: reply.title,
        body: reply.body,
    }
}
