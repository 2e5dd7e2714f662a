//! A conversation's row, as a list shows it.

use tern_domain::{Direction, InteractionState};
use tern_store::{ConversationList, ConversationRow as Row};

use super::delivery::{self, Delivery};
use crate::dto::{ConversationRow, DirectionView, InboxCounts, InboxList, InteractionStateView};

/// One row of a list. `offline`: no network at the moment.
pub(crate) fn row(row: &Row, offline: bool) -> ConversationRow {
    let preview = &row.preview;
    let is_outbound = preview.direction == Direction::Outbound;
    ConversationRow {
        id: row.id.0,
        list: list(row.list),
        requester: requester(row),
        requester_number: row.key.requester.as_str().to_owned(),
        provider_number: row.key.provider.as_str().to_owned(),
        preview: preview.text.as_str().to_owned(),
        preview_direction: direction(preview.direction),
        preview_delivery: is_outbound.then(|| {
            delivery::view(&Delivery {
                direction: preview.direction,
                status: &preview.status,
                error_code: preview.error_code,
                outbox: preview.outbox.as_ref(),
                offline,
            })
        }),
        preview_by_virtual_agent: preview.is_bots,
        preview_has_media: preview.media_count > 0,
        preview_pictures: None,
        texts_deleted: row.last_position.is_some() && row.message_count == 0,
        last_at: row.last_at.0,
        unread: row.unread_count,
        has_draft: row.has_draft,
        needs_attention: row.uncertain_count > 0 || row.failed_position.is_some(),
        opted_out: row.opt_out.is_in_force(),
        pinned: row.marks.is_pinned,
        snoozed_until: row.marks.snoozed_until.map(|at| at.0),
        prompted_at: row.marks.prompted_at.map(|at| at.0),
        waiting_since: row.clocks.waiting_since.map(|at| at.0),
        help_requested: row.help_requested_at.is_some(),
        identity_in_doubt: row.identity_in_doubt,
        card: None,
    }
}

/// Who writes: a name if known, else the number spaced for reading.
pub(crate) fn requester(row: &Row) -> String {
    if row.requester_name.is_empty() {
        row.key.requester.display_international()
    } else {
        row.requester_name.clone()
    }
}

/// All lists' counts.
pub(crate) fn counts(counts: tern_store::ListCounts) -> InboxCounts {
    InboxCounts {
        new: counts.new,
        ongoing: counts.ongoing,
        new_unread: counts.new_unread,
        ongoing_unread: counts.ongoing_unread,
        with_virtual_agent: counts.with_bot,
        snoozed: counts.snoozed,
        help_wanted: counts.help_wanted,
    }
}

pub(crate) fn list(list: ConversationList) -> InboxList {
    match list {
        ConversationList::New => InboxList::New,
        ConversationList::Ongoing => InboxList::Ongoing,
        ConversationList::WithBot => InboxList::WithVirtualAgent,
        ConversationList::Done => InboxList::Done,
    }
}

pub(crate) fn direction(direction: Direction) -> DirectionView {
    match direction {
        Direction::Inbound => DirectionView::Inbound,
        Direction::Outbound => DirectionView::Outbound,
    }
}

pub(crate) const fn interaction_state(state: InteractionState) -> InteractionStateView {
    match state {
        InteractionState::New => InteractionStateView::New,
        InteractionState::WorkInProgress => InteractionStateView::WorkInProgress,
        InteractionState::OnHold => InteractionStateView::OnHold,
        InteractionState::WrapUp => InteractionStateView::WrapUp,
        InteractionState::ClosedComplete => InteractionStateView::ClosedComplete,
        InteractionState::ClosedAbandoned => InteractionStateView::ClosedAbandoned,
        InteractionState::Faulted => InteractionStateView::Faulted,
    }
}
