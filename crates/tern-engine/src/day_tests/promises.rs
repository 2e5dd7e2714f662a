//! What has to hold after every step, whatever the step was.

use std::collections::{BTreeMap, BTreeSet};

use tern_domain::routing::WorkItemState;
use tern_domain::{
    AgentId, EventBody, Interaction, InteractionId, InteractionState, MessagingActionId, UtcMillis,
};

use super::file::File;
use super::setting::{item_size, slots};
use super::{alerting, answering, replay, timers, wrapping};

/// What was seen in earlier steps and must never change again.
#[derive(Debug, Default)]
pub(super) struct Kept {
    closed: BTreeMap<InteractionId, Interaction>,
    /// Messaging actions that were ever off.
    switched: BTreeSet<MessagingActionId>,
}

/// Holds a file against every promise.
pub(super) fn keep(kept: &mut Kept, before: &File, after: &File, is_routing: bool) {
    one_active_on_a_key(after);
    closed_stays_closed(kept, after);
    work_belongs_to_its_interaction(after);
    nothing_stays_with_who_left(after);
    wrapping::belong_to_their_interactions(after);
    alerting::are_for_the_desk(after);
    answering::sessions_belong_to_what_the_bot_has(after);
    answering::autopilot_is_somebodys(after);
    answering::one_text_in_flight(after);
    answering::never_over_the_head_of_a_person(before, after);
    if is_routing {
        routing_gives_nobody_too_much(before, after);
    }
    lists_and_counts_are_right(after);
    replay::tables_are_what_the_events_say(after);
    let off = after.actions.iter().filter(|action| !action.is_active);
    kept.switched.extend(off.map(|action| action.id));
    timers::are_armed_for_what_waits(after, &kept.switched);
    timers::fired_once_and_never_after_the_close(after);
}

/// I-8, I-9.
fn one_active_on_a_key(file: &File) {
    let mut keys = BTreeSet::new();
    for row in &file.conversations {
        assert!(keys.insert((&row.requester, &row.provider)), "I-8: {row:?}");
    }
    let mut active = BTreeSet::new();
    for (conversation, is_marked, interaction) in &file.interactions {
        let is_active = matches!(
            interaction.state,
            InteractionState::New | InteractionState::WorkInProgress | InteractionState::OnHold
        );
        assert_eq!(
            is_active, *is_marked,
            "the mark parted from {interaction:?}"
        );
        if is_active {
            assert!(
                active.insert(conversation),
                "I-9: two active in {conversation}"
            );
        }
    }
    // I-13: each is linked to the one before it.
    let mut last = BTreeMap::new();
    for event in &file.events {
        if let EventBody::InteractionOpened {
            previous_interaction,
            ..
        } = &event.body
        {
            let before = last.insert(event.conversation, event.aggregate.1.clone());
            let linked = previous_interaction.map(|id| id.to_string());
            assert_eq!(linked, before, "I-13: the chain has a gap");
        }
    }
}

/// I-11: closed is final, to the last field.
fn closed_stays_closed(kept: &mut Kept, file: &File) {
    for (id, closed) in &kept.closed {
        assert_eq!(
            file.interaction(*id),
            closed,
            "I-11: changed after the close"
        );
    }
    let closed = file
        .interactions
        .iter()
        .filter(|(_, _, it)| it.state.is_closed());
    kept.closed
        .extend(closed.map(|(_, _, it)| (it.id, it.clone())));
}

/// at most one agent holds an interaction, and it is the one it is assigned to; nothing waits for a
/// closed one; every item has the size of its channel.
fn work_belongs_to_its_interaction(file: &File) {
    for (is_marked, item) in &file.work {
        assert_eq!(*is_marked, item.ended_at.is_none(), "the mark of {item:?}");
        assert_eq!(item.size, item_size(), "Q-7: the size of {item:?}");
        let interaction = file.interaction(item.interaction);
        assert!(
            item.ended_at.is_some() || !interaction.state.is_closed(),
            "open work of a closed interaction: {item:?}"
        );
    }
    for (_, _, interaction) in &file.interactions {
        let open: Vec<_> = file
            .work
            .iter()
            .filter(|(is_open, item)| *is_open && item.interaction == interaction.id)
            .map(|(_, item)| item)
            .collect();
        let held: Vec<_> = open
            .iter()
            .filter(|item| item.state == WorkItemState::Accepted)
            .map(|item| item.assignee)
            .collect();
        assert!(held.len() <= 1, "two agents hold {interaction:?}");
        if interaction.state == InteractionState::WrapUp {
            let owner = interaction.assigned_to.map(Some);
            assert_eq!(held.first().copied(), owner, "W-6: {interaction:?}");
        }
        if interaction.is_active() {
            let has_it = interaction.assigned_to.iter();
            let missing = has_it.filter(|agent| !interaction.live_group.contains(agent));
            assert_eq!(
                missing.count(),
                0,
                "has it and is not there: {interaction:?}"
            );
            let owner = interaction.assigned_to.map(Some);
            assert_eq!(held.first().copied(), owner, "{interaction:?} and {open:?}");
            let waits = open.len() - held.len();
            assert!(waits <= 1, "waits twice: {open:?}");
        }
    }
}

/// who is off the team has no conversation, is asked nothing and takes part in nothing.
fn nothing_stays_with_who_left(file: &File) {
    let agents = file.agents();
    for left in agents.iter().filter(|agent| !agent.active) {
        let mut open = file.work.iter().filter(|(is_open, _)| *is_open);
        let has = open
            .find(|(_, item)| item.assignee == Some(left.id) || item.reserved_for == Some(left.id));
        assert!(has.is_none(), "{} has left: {has:?}", left.id);
        let mut interactions = file.interactions.iter().map(|(_, _, known)| known);
        let takes_part =
            interactions.find(|known| known.is_active() && known.live_group.contains(&left.id));
        assert!(takes_part.is_none(), "{} has left: {takes_part:?}", left.id);
    }
}

/// Q-8 … Q-10, counted anew: what is offered or held and not on hold.
fn in_use(file: &File) -> BTreeMap<AgentId, u32> {
    let mut in_use = BTreeMap::new();
    for (_, item) in file.work.iter().filter(|(is_open, _)| *is_open) {
        let state = file.interaction(item.interaction).state;
        if let Some(agent) = item.assignee
            && state != InteractionState::OnHold
        {
            *in_use.entry(agent).or_default() += item.size;
        }
    }
    in_use
}

/// Only agents who were given something in this step are looked at: by hand anybody may take more.
fn routing_gives_nobody_too_much(before: &File, after: &File) {
    let agents = after.agents();
    let load = in_use(after);
    for (_, item) in after.work.iter().filter(|(is_open, _)| *is_open) {
        let was = before.work.iter().find(|(_, was)| was.id == item.id);
        let offers_before = was.map_or(0, |(_, was)| was.offer_count);
        if item.offer_count == offers_before {
            continue;
        }
        let Some(agent) = item.assignee else { continue };
        let (on_channel, over_all) = slots(&agents, agent);
        // What is handed on while it is on hold takes no slot.
        let load = load.get(&agent).copied().unwrap_or(0);
        assert!(
            load <= on_channel && load <= over_all,
            "Q-8, Q-10: {agent} has {} of {on_channel}/{over_all} after {item:?}",
            load
        );
        assert!(!item.never_again.contains(&agent), "Q-19: {item:?}");
    }
}

/// Q-2 and the numbers beside the lists.
fn lists_and_counts_are_right(file: &File) {
    let mut counts = [0; 5];
    for row in &file.conversations {
        let state = file.active_in(row.id).map(|active| active.state);
        let mut interactions = file.interactions.iter();
        let is_wrapped_up =
            interactions.any(|(of, _, it)| *of == row.id && it.state == InteractionState::WrapUp);
        let list = match state {
            Some(InteractionState::New) => 0,
            Some(_) => 1,
            // Not complete yet.
            None if is_wrapped_up => 1,
            None => 2,
        };
        assert_eq!(row.list, list, "the list of {row:?}");
        if state.is_none() {
            assert_eq!((row.is_pinned, row.snoozed_until), (false, None), "{row:?}");
            assert!(row.clocks.are_stopped(), "{row:?}");
        }
        if row.snoozed_until.is_some() {
            counts[4] += 1;
        } else if let Some(place) = [0, 2].get(list as usize) {
            counts[*place] += 1;
            counts[*place + 1] += i64::from(row.unread > 0);
        }
    }
    assert_eq!(file.counts, counts, "the counters parted from the lists");
}

/// How the marks of every conversation follow from the log.
pub(super) type Marks = BTreeMap<i64, (bool, Option<UtcMillis>)>;
