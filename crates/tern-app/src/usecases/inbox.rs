//! The lists, and one conversation's head and timeline.

use std::collections::BTreeMap;

use tern_domain::{
    AgentId, ConversationId, EventBody, Interaction, InteractionState, MessagePosition,
    PhoneNumber, SendRefusal, UtcMillis, cannot_send, timeline_words,
};
use tern_engine::ConnectionState;
use tern_store::{
    ConversationList, HelpCursor, ListCursor, ReadConn, RecordedEvent, SnoozedCursor, StoreError,
};

use super::estimate::estimate_wait;
use super::handover::{Served, handover, here};
use super::live_group::live_group_view;
use super::offers::{act_context, work_view};
use super::subscriptions::stop_here;
use super::topics::read_topics;
use crate::app::App;
use crate::dto::{
    ConversationPage, ConversationRef, ConversationView, InboxList, InteractionView,
    ListConversations, TimelineEntry,
};
use crate::error::ApiError;
use crate::line::{Desk, Link};
use crate::view::card::Cards;
use crate::view::message::Beholder;
use crate::view::{conversation, media, person, wrap_up};
use crate::words;

/// Most rows of one page.
const LARGEST_PAGE: u32 = 200;
/// Most lines of a timeline.
const LONGEST_TIMELINE: u32 = 500;

impl App {
    /// One page of a list.
    ///
    /// # Errors
    /// [`ErrorCode::BadRequest`](crate::ErrorCode::BadRequest) for a cursor that is none of ours.
    pub async fn list_conversations(
        &self,
        request: ListConversations,
    ) -> Result<ConversationPage, ApiError> {
        let desk = self.desk()?;
        let revision = self.revision();
        let limit = request.limit.clamp(1, LARGEST_PAGE);
        let cursor = request.after.as_deref().map(read_cursor).transpose()?;
        let list = match request.list {
            InboxList::New => ConversationList::New,
            InboxList::Ongoing => ConversationList::Ongoing,
            InboxList::WithVirtualAgent => ConversationList::WithBot,
            InboxList::Done => ConversationList::Done,
            InboxList::Snoozed => return self.list_snoozed(&desk, cursor, limit, revision).await,
            InboxList::HelpWanted => {
                return self.list_help_wanted(&desk, cursor, limit, revision).await;
            }
        };
        let after = cursor.map(|(first, second)| ListCursor {
            is_pinned: first != 0,
            position: MessagePosition(second),
        });
        let (link, now, offline) = (desk.link(), desk.now(), is_offline(&desk));
        let (rows, next, counts) = desk
            .store
            .read(move |conn| {
                let page = conn.list_conversations(list, after, limit)?;
                let rows = Cards::read(conn, link, now)?.rows(conn, &page.rows, offline)?;
                Ok((rows, page.next, conn.counts()?))
            })
            .await
            .map_err(|error| words::store(&error))?;
        Ok(ConversationPage {
            rows,
            next: next.map(|next| format!("{}:{}", i64::from(next.is_pinned), next.position.0)),
            counts: conversation::counts(counts),
            revision,
        })
    }

    async fn list_snoozed(
        &self,
        desk: &Desk,
        cursor: Option<(i64, i64)>,
        limit: u32,
        revision: u64,
    ) -> Result<ConversationPage, ApiError> {
        let after = cursor.map(|(first, second)| SnoozedCursor {
            until: UtcMillis(first),
            conversation: ConversationId(second),
        });
        let (link, now, offline) = (desk.link(), desk.now(), is_offline(desk));
        let (rows, next, counts) = desk
            .store
            .read(move |conn| {
                let page = conn.list_snoozed(after, limit)?;
                let rows = Cards::read(conn, link, now)?.rows(conn, &page.rows, offline)?;
                Ok((rows, page.next, conn.counts()?))
            })
            .await
            .map_err(|error| words::store(&error))?;
        Ok(ConversationPage {
            rows,
            next: next.map(|next| format!("{}:{}", next.until.0, next.conversation.0)),
            counts: conversation::counts(counts),
            revision,
        })
    }

    async fn list_help_wanted(
        &self,
        desk: &Desk,
        cursor: Option<(i64, i64)>,
        limit: u32,
        revision: u64,
    ) -> Result<ConversationPage, ApiError> {
        let after = cursor.map(|(first, second)| HelpCursor {
            since: UtcMillis(first),
            conversation: ConversationId(second),
        });
        let (link, now, offline) = (desk.link(), desk.now(), is_offline(desk));
        let (rows, next, counts) = desk
            .store
            .read(move |conn| {
                let page = conn.list_help_wanted(after, limit)?;
                let rows = Cards::read(conn, link, now)?.rows(conn, &page.rows, offline)?;
                Ok((rows, page.next, conn.counts()?))
            })
            .await
            .map_err(|error| words::store(&error))?;
        Ok(ConversationPage {
            rows,
            next: next.map(|next| format!("{}:{}", next.since.0, next.conversation.0)),
            counts: conversation::counts(counts),
            revision,
        })
    }

    /// Conversations with unread texts in the lists of open work, for a badge.
    pub async fn unread_conversations(&self) -> u32 {
        let Ok(desk) = self.desk() else { return 0 };
        if self.is_locked() {
            return 0;
        }
        let counts = desk
            .store
            .read(|conn| conn.counts())
            .await
            .unwrap_or_default();
        counts.new_unread.saturating_add(counts.ongoing_unread)
    }

    /// One conversation's head.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`](crate::ErrorCode::NotFound).
    pub async fn conversation(
        &self,
        request: ConversationRef,
    ) -> Result<ConversationView, ApiError> {
        let desk = self.desk()?;
        let beholder = self.beholder(&desk).await?;
        load_view(&desk, &beholder, ConversationId(request.conversation_id)).await
    }

    /// A conversation's timeline, oldest first.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`](crate::ErrorCode::NotFound).
    pub async fn timeline(&self, request: ConversationRef) -> Result<Vec<TimelineEntry>, ApiError> {
        let desk = self.desk()?;
        let id = ConversationId(request.conversation_id);
        let (events, names, titles) = desk
            .store
            .read(move |conn| {
                conn.load_conversation(id)?;
                let events = conn.list_timeline(id, None, LONGEST_TIMELINE)?;
                let names = person::names_in(conn, &events)?;
                let titles = topic_titles(conn, &events)?;
                Ok((events, names, titles))
            })
            .await
            .map_err(|error| words::store(&error))?;
        let beholder = self.beholder(&desk).await?;
        // The store gives the newest first, so that a long history loses its beginning and not its end.
        Ok(events
            .iter()
            .rev()
            .map(|event| {
                let words = timeline_words(
                    &event.body,
                    &event.actor,
                    &|agent| beholder.name_of(agent),
                    &|person| person::name_in(&names, person),
                    &|topic| titles.get(topic).cloned(),
                );
                TimelineEntry {
                    at: event.at.0,
                    text: words.text,
                    actor: words.actor,
                }
            })
            .collect())
    }

    /// Who looks, and at what kind of day.
    pub(crate) async fn beholder(&self, desk: &Desk) -> Result<Beholder, ApiError> {
        let config = desk
            .store
            .read(|conn| conn.load_routing_config())
            .await
            .map_err(|error| words::store(&error))?;
        Ok(Beholder {
            agent: desk.agent(),
            names: config
                .agents
                .into_iter()
                .map(|agent| (agent.id, agent.name))
                .collect(),
            agent_name: self.settings().await?.agent_name,
            offline: is_offline(desk),
        })
    }
}

/// What the topics of events that do not say it are called today.
pub(super) fn topic_titles(
    conn: &ReadConn<'_>,
    events: &[RecordedEvent],
) -> Result<BTreeMap<String, String>, StoreError> {
    let is_untold = |event: &RecordedEvent| matches!(&event.body, EventBody::TopicStarted { title, .. } if title.is_empty());
    if !events.iter().any(is_untold) {
        return Ok(BTreeMap::new());
    }
    published_titles(conn)
}

/// What topics are called today, by their names.
pub(super) fn published_titles(
    conn: &ReadConn<'_>,
) -> Result<BTreeMap<String, String>, StoreError> {
    let topics = read_topics(conn)?;
    let published = topics.shelf.published.into_values();
    Ok(published
        .map(|file| (file.name, file.display_name))
        .collect())
}

/// A cursor of ours: two numbers.
fn read_cursor(text: &str) -> Result<(i64, i64), ApiError> {
    text.split_once(':')
        .and_then(|(first, second)| Some((first.parse().ok()?, second.parse().ok()?)))
        .ok_or_else(|| ApiError::bad_request("the cursor is malformed"))
}

/// One conversation's head.
pub(super) async fn load_view(
    desk: &Desk,
    beholder: &Beholder,
    id: ConversationId,
) -> Result<ConversationView, ApiError> {
    let (now, agent) = (desk.now(), beholder.agent);
    let served = Served::of(desk);
    let topics = served.topics.clone();
    let (row, state, draft, (config, estimate), (wrapping, handed_over, stop, is_held)) = desk
        .store
        .read(move |conn| {
            let row = conn.load_conversation(id)?;
            let state = conn.load_conversation_state_to_end(&row.key, now)?;
            let draft = conn.find_draft(id)?;
            let config = conn.load_routing_config()?;
            let estimate = estimate_wait(conn, &config, &state.work, now)?;
            let wrapping = find_wrap_up(conn, id, agent)?;
            let handed_over = handover(conn, id, state.latest_interaction.as_ref(), &topics)?;
            let stop = stop_here(conn, id)?;
            let is_held = conn.is_conversation_held(id)?;
            Ok((
                row,
                state,
                draft,
                (config, estimate),
                (wrapping, handed_over, stop, is_held),
            ))
        })
        .await
        .map_err(|error| words::store(&error))?;
    let ctx = act_context(&config, agent, &*desk.clock());
    let authority = ctx.authority;
    let latest = state.latest_interaction.as_ref();
    let wrap_up = wrapping.and_then(|(interaction, notes)| {
        wrap_up::view(
            &interaction,
            latest.map(|it| it.id),
            notes,
            authority,
            beholder,
        )
    });
    let link = desk.link();
    let requester = &row.key.requester;
    let own = link.own(&row.key.provider);
    let numbers = known_numbers(&link, &row.key.provider);
    Ok(ConversationView {
        requester_display: requester.display_international(),
        requester_territory: requester
            .phone()
            .and_then(PhoneNumber::territory)
            .map(|territory| territory.as_str().to_owned()),
        provider_display: row.key.provider.display_international(),
        provider_name: own.map(|own| own.name.clone()).unwrap_or_default(),
        interaction: state
            .latest_interaction
            .as_ref()
            .map(|interaction| InteractionView {
                id: interaction.id.to_string(),
                state: conversation::interaction_state(interaction.state),
                opened_at: interaction.opened_at.0,
                closed_at: interaction.closed_at.map(|at| at.0),
                help_requested_at: interaction.help_requested_at.map(|at| at.0),
                assigned_to: interaction.assigned_to.map(|agent| beholder.name_of(agent)),
            }),
        live_group: live_group_view(&state, authority, beholder),
        work: work_view(&state.work, &config, estimate, beholder),
        wrap_up,
        is_held,
        wraps_up: state.wrap_up.is_some()
            && latest.is_some_and(|it| it.state.can_become(InteractionState::WrapUp)),
        virtual_agent: here(&state, &served, &numbers, &ctx),
        handover: handed_over,
        stop_question: stop.question,
        cannot_send: cannot_send(&state, &numbers).map(|refusal| {
            let why = match refusal {
                SendRefusal::OptedOut { .. } if stop.locked_by_agent => words::locked_by_agent(),
                refusal => words::send_refusal(&refusal),
            };
            format!("{} {}", why.message, why.remedy)
                .trim_end()
                .to_owned()
        }),
        cannot_send_pictures: why_no_pictures(desk, &link, &row.key.provider),
        draft: draft.as_ref().map(|draft| media::draft(Some(draft))),
        first_at: row.first_at.map(|at| at.0),
        message_count: row.message_count,
        row: conversation::row(&row, beholder.offline),
    })
}

/// The wrap-up of a conversation that an agent sees, with what they noted.
fn find_wrap_up(
    conn: &ReadConn<'_>,
    id: ConversationId,
    agent: AgentId,
) -> Result<Option<(Interaction, String)>, StoreError> {
    let running = conn.list_wrapping_up(id)?;
    let Some(shown) = wrap_up::shown(&running, agent) else {
        return Ok(None);
    };
    let mine = shown.wrap_up.as_deref().and_then(|it| it.segment_of(agent));
    let notes = match mine {
        Some(segment) => conn.wrap_up_notes(segment.id)?,
        None => String::new(),
    };
    Ok(Some((shown.clone(), notes)))
}

/// Nothing can leave at the moment for want of a network.
pub(super) fn is_offline(desk: &Desk) -> bool {
    desk.engine()
        .is_none_or(|engine| matches!(engine.connection(), ConnectionState::Offline { .. }))
}

/// Without a link nobody knows the team's numbers; texts then wait, they are not refused.
pub(super) fn known_numbers(link: &Link, provider: &PhoneNumber) -> Vec<PhoneNumber> {
    let mut numbers = link.phone_numbers();
    if link.credential.is_none() {
        numbers.push(provider.clone());
    }
    numbers
}

/// Why pictures cannot be sent from this number (T-8); `None` when they can.
pub(super) fn why_no_pictures(desk: &Desk, link: &Link, provider: &PhoneNumber) -> Option<String> {
    if !link
        .own(provider)
        .is_none_or(crate::line::OwnNumber::carries_pictures)
    {
        return Some("This number cannot carry pictures.".to_owned());
    }
    if !desk.pictures.is_set_up() {
        return Some(
            "No place for outgoing pictures is set up. Add one in the settings: Twilio fetches pictures from \
             the web."
                .to_owned(),
        );
    }
    None
}
